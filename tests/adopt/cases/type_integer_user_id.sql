UPDATE tasks SET user_id = 1;
ALTER TABLE tasks ALTER COLUMN user_id TYPE integer USING user_id::integer;
-- finds:
-- [type_differs]
-- block: column "tasks.user_id" is integer, expected character varying
-- detail: the revisions and the code take it for character varying, since it points at "user.id", which is text; converting it rewrites the table, and what its values mean is yours to say
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN user_id TYPE character varying USING user_id::character varying;
