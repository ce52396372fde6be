-- as: superuser
-- by hand
ALTER TABLE account DROP CONSTRAINT "account_userId_fkey";
ALTER TABLE session DROP CONSTRAINT "session_userId_fkey";
ALTER TABLE "user" ALTER COLUMN id TYPE uuid USING id::uuid;
-- finds:
