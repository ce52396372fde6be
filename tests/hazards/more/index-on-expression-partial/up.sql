CREATE INDEX tasks_title_ix ON tasks (lower(title)) WHERE NOT done;
