ALTER TABLE tasks ALTER COLUMN completed TYPE integer USING completed::integer;
-- finds:
-- [type_differs]
-- block: column "tasks.completed" is integer, expected boolean
-- detail: the revisions and the code take it for boolean; converting it rewrites the table, and what its values mean is yours to say
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks ALTER COLUMN completed TYPE boolean USING completed::boolean;
