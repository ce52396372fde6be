-- as: superuser
-- by hand
ALTER TABLE "user" RENAME TO users;
CREATE VIEW "user" AS SELECT * FROM users;
-- finds:
