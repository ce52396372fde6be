-- by hand
ALTER TABLE tasks ALTER COLUMN title TYPE text;
UPDATE tasks SET title = 'x' || repeat(' ', 200) WHERE id = 1;
-- finds:
-- [values_too_long]
-- block: column "tasks.title" has 1 value of more than 200 characters
-- detail: it has to become character varying(200); blanks at the end count too
-- hint: run this, or decide otherwise, and examine again:
--     SELECT id, char_length(title), title FROM public.tasks WHERE char_length(title) > 200;
--     -- shorten them by hand; or cut them off, which cannot be undone:
--     -- UPDATE public.tasks SET title = left(title, 200) WHERE char_length(title) > 200
