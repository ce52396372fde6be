-- as: superuser
-- by hand
CREATE SCHEMA neon_auth;
ALTER TABLE "user" SET SCHEMA neon_auth;
ALTER TABLE account RENAME TO users;
-- finds:
