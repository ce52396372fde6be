-- as: superuser
REVOKE REFERENCES ON "user" FROM migrator;
-- finds:
-- [external_rights]
-- block: role "migrator" may not refer to "user"
-- detail: missing: REFERENCES; the owner of the table has to run this
-- hint: run this, or decide otherwise, and examine again:
--     GRANT SELECT, REFERENCES ON public."user" TO migrator;
