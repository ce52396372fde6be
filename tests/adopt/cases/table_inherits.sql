-- by hand
CREATE TABLE things (id integer);
ALTER TABLE tasks INHERIT things;
-- finds:
-- [unknown_difference]
-- block: table "tasks" differs from the first revision in "inherits", and adopt cannot tell what to do about it
-- detail: there: public.things
--     expected: nothing
