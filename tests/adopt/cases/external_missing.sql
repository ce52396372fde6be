-- as: superuser
-- by hand
DROP TABLE "user" CASCADE;
-- finds:
