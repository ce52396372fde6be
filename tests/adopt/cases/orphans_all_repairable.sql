UPDATE tasks SET user_id = ' ' || user_id || E'\n' WHERE id = 1;
UPDATE tasks SET user_id = 'BOB@example.com' WHERE id = 3;
UPDATE tasks SET user_id = upper(user_id) WHERE id = 2;
-- finds:
-- [orphans]
-- block: 3 of 3 rows of "tasks" without an owner: "user_id" is not in "user"
-- detail: 3 values, the most frequent first:
--     ' aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n': 1 row, with blanks around it, the id of a user
--     'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA': 1 row, in other letters, the id of a user
--     'BOB@example.com': 1 row, the e-mail address of a user
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
