ALTER TABLE tasks ALTER COLUMN completed SET DEFAULT false, ALTER COLUMN created_at SET DEFAULT timezone('utc', now());
-- finds:
-- note: column "tasks.completed" has a default already; a later revision sets its own
-- detail: there: false
--     later: false
--
-- note: column "tasks.created_at" has a default already; a later revision sets its own
-- detail: there: timezone('utc'::text, now())
--     later: now()
