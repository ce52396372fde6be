-- as: superuser
CREATE PUBLICATION everything FOR TABLE tasks;
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA public;
-- finds:
-- [publication]
-- note: publication "everything" sends "tasks": its subscribers need the same changes first
-- detail: replication carries rows and no revisions
--
-- [publication]
-- note: publication "of_schema" sends "tasks": its subscribers need the same changes first
-- detail: replication carries rows and no revisions
