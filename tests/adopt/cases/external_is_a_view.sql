-- as: superuser
-- by hand
ALTER TABLE "user" RENAME TO users;
CREATE VIEW "user" AS SELECT * FROM users;
-- finds:
-- [external_not_a_table]
-- block: "user" is a view, to which no key can refer
-- detail: the program that owns it has to keep it as a table
