-- by hand
ALTER TABLE tasks ALTER COLUMN title TYPE varchar(200) COLLATE "C";
-- finds:
-- [unknown_difference]
-- block: column "tasks.title" differs from the first revision in "collation", and adopt cannot tell what to do about it
-- detail: there: "C"
--     expected: nothing
