ALTER TABLE tasks ALTER COLUMN title TYPE varchar(100);
-- finds:
-- [type_widened]
-- repair: column "tasks.title" is character varying(100) and becomes character varying(200)
-- detail: no value changes, and no row is rewritten
-- hint: adopt runs this:
--     ALTER TABLE public.tasks ALTER COLUMN title TYPE character varying(200);
