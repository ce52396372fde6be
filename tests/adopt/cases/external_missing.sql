-- as: superuser
-- by hand
DROP TABLE "user" CASCADE;
-- finds:
-- [external_missing]
-- block: "user" is missing, to which the tables will refer
-- detail: it belongs to another program, which makes it: run that program's own migration first (Better Auth: `npx auth migrate`)
