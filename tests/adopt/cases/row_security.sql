ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON tasks USING (user_id = current_user);
-- finds:
-- [not_in_baseline]
-- note: policy "own on public.tasks" is not in the first revision; it stays
-- detail: command ALL; permissive yes; roles PUBLIC; using ((user_id)::text = CURRENT_USER)
--
-- [row_security]
-- note: "tasks" has row-level security already; it and its policies stay
