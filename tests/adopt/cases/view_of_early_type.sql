ALTER TABLE tasks ADD COLUMN tags varchar[];
CREATE VIEW tagged AS SELECT id, tags FROM tasks;
-- finds:
