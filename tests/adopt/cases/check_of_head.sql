ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_not_empty CHECK (title <> '');
-- finds:
