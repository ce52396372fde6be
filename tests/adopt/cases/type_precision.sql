ALTER TABLE tasks ALTER COLUMN created_at TYPE timestamp(3);
-- finds:
-- [type_widened]
-- repair: column "tasks.created_at" is timestamp(3) without time zone and becomes timestamp without time zone
-- detail: no value changes, and no row is rewritten
-- hint: adopt runs this:
--     ALTER TABLE public.tasks ALTER COLUMN created_at TYPE timestamp without time zone;
