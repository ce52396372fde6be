CREATE TABLE projects (id integer PRIMARY KEY);
ALTER TABLE tasks ADD COLUMN project_id integer REFERENCES projects;
-- finds:
-- [column_unknown]
-- note: column "tasks.project_id" is unknown to the revisions; it stays
-- detail: integer
--
-- [constraint_kept]
-- note: constraint "tasks_project_id_fkey" is unknown to the revisions; it stays
-- detail: FOREIGN KEY (project_id) REFERENCES public.projects(id)
--     the new code must satisfy it too
-- hint: nothing has to be done; if you want to:
--     ALTER TABLE public.tasks DROP CONSTRAINT tasks_project_id_fkey;
