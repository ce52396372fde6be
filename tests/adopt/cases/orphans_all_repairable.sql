UPDATE tasks SET user_id = ' ' || user_id || E'\n' WHERE id = 1;
UPDATE tasks SET user_id = 'BOB@example.com' WHERE id = 3;
UPDATE tasks SET user_id = upper(user_id) WHERE id = 2;
-- finds:
