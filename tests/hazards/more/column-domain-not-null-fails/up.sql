ALTER TABLE tasks ADD COLUMN l level;
