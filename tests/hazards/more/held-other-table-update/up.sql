ALTER TABLE owners ADD COLUMN a integer;
UPDATE tasks SET note = 'x';
