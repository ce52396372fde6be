-- by hand
ALTER TABLE tasks ADD COLUMN tags text[] GENERATED ALWAYS AS (string_to_array(title, ' ')) STORED;
-- finds:
-- [unknown_difference]
-- block: column "tasks.tags" differs from the first revision in "generated", and adopt cannot tell what to do about it
-- detail: there: string_to_array((title)::text, ' '::text) stored
--     expected: nothing
