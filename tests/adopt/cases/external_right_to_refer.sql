-- as: superuser
REVOKE REFERENCES ON "user" FROM migrator;
-- finds:
