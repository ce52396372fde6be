-- by hand
UPDATE tasks SET user_id = ' ' || user_id WHERE id = 1;
UPDATE tasks SET user_id = 'Bob@Example.com' WHERE id = 3;
INSERT INTO tasks (user_id, title, completed, created_at, updated_at) VALUES (upper(repeat('a', 32)), 'x', false, '2026-01-01', '2026-01-01'), ('', 'x', false, '2026-01-01', '2026-01-01'), ('gone', 'x', false, '2026-01-01', '2026-01-01'), ('gone', 'x', false, '2026-01-01', '2026-01-01');
-- finds:
-- [orphans]
-- block: 6 of 7 rows of "tasks" without an owner: "user_id" is not in "user"
-- detail: 5 values, the most frequent first:
--     'gone': 2 rows, no match: deleted, or from another environment
--     '': 1 row, empty
--     ' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa': 1 row, with blanks around it, the id of a user
--     'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA': 1 row, in other letters, the id of a user
--     'Bob@Example.com': 1 row, the e-mail address of a user
--     what is left after that: correct it, or move it away with --orphans quarantine
-- hint: run this, or decide otherwise, and examine again:
--     UPDATE public.tasks AS t SET user_id = m.id
--     FROM (SELECT id AS match, min(id) AS id FROM public."user" GROUP BY 1 HAVING count(*) = 1) AS m
--     WHERE m.match = btrim(t.user_id, E' \t\r\n')
--         AND t.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM public."user" AS u WHERE u.id = t.user_id);
--     UPDATE public.tasks AS t SET user_id = m.id
--     FROM (SELECT lower(email) AS match, min(id) AS id FROM public."user" GROUP BY 1 HAVING count(*) = 1) AS m
--     WHERE m.match = lower(btrim(t.user_id, E' \t\r\n'))
--         AND t.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM public."user" AS u WHERE u.id = t.user_id);
--     UPDATE public.tasks AS t SET user_id = m.id
--     FROM (SELECT lower(id) AS match, min(id) AS id FROM public."user" GROUP BY 1 HAVING count(*) = 1) AS m
--     WHERE m.match = lower(t.user_id)
--         AND t.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM public."user" AS u WHERE u.id = t.user_id);
