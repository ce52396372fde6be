-- as: superuser
REVOKE ALL ON "user" FROM migrator;
-- finds:
