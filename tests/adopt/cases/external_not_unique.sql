-- as: superuser
ALTER TABLE "user" DROP CONSTRAINT user_pkey CASCADE;
-- finds:
