-- with: orphans=quarantine
-- by hand
UPDATE tasks SET user_id = 'gone' WHERE id = 1;
CREATE TABLE notes (task_id integer REFERENCES tasks ON DELETE CASCADE);
-- finds:
-- [quarantine_referred]
-- block: rows of "tasks" cannot be moved away: "notes_task_id_fkey on public.notes" refers to them
-- detail: FOREIGN KEY (task_id) REFERENCES public.tasks(id) ON DELETE CASCADE
--     correct the rows by hand, or drop that key first
