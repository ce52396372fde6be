ALTER TABLE tasks ADD COLUMN tags varchar(20)[] NOT NULL DEFAULT '{a}';
-- finds:
