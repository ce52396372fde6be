ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
-- finds:
-- [row_security]
-- note: "tasks" has row-level security already; it and its policies stay
--
-- [row_security_forced]
-- block: row-level security of "tasks" also holds for its owner
-- detail: checks and repairs would see only some of the rows
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public.tasks NO FORCE ROW LEVEL SECURITY;
