-- as: superuser
-- by hand
ALTER TABLE account DROP CONSTRAINT "account_userId_fkey";
ALTER TABLE session DROP CONSTRAINT "session_userId_fkey";
ALTER TABLE "user" ALTER COLUMN id TYPE uuid USING id::uuid;
-- finds:
-- [external_type]
-- block: "user.id" is uuid, and no key of character varying can refer to it
-- detail: the models say character varying: change either them and the revisions, or the program that owns the table
--     Better Auth makes uuid ids when advanced.database.generateId is "uuid"
