-- by hand
ALTER TABLE tasks DROP COLUMN description;
ALTER TABLE tasks ADD COLUMN description varchar GENERATED ALWAYS AS (upper(title)) STORED;
-- finds:
-- [unknown_difference]
-- block: column "tasks.description" differs from the first revision in "generated", and adopt cannot tell what to do about it
-- detail: there: upper((title)::text) stored
--     expected: nothing
