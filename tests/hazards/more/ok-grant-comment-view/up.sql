GRANT SELECT ON tasks TO PUBLIC;
COMMENT ON COLUMN tasks.note IS 'n';
CREATE OR REPLACE VIEW open_tasks AS SELECT id, title, note FROM tasks WHERE NOT done;
