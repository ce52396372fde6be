-- as: superuser
-- by hand
CREATE SCHEMA neon_auth;
ALTER TABLE "user" SET SCHEMA neon_auth;
ALTER TABLE account RENAME TO users;
-- finds:
-- [external_missing]
-- block: "user" is missing, to which the tables will refer
-- detail: it belongs to another program, which makes it: run that program's own migration first (Better Auth: `npx auth migrate`)
--     "neon_auth.user" is there: is it the one?
--     "users" is there: is it the one?
