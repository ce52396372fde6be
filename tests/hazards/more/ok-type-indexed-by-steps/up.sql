DROP INDEX CONCURRENTLY tasks_due_ix;
ALTER TABLE tasks ALTER COLUMN due TYPE timestamptz;
CREATE INDEX CONCURRENTLY tasks_due_ix ON tasks (due);
