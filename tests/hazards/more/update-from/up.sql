ALTER TABLE tasks ADD COLUMN mail text;
UPDATE tasks AS t SET mail = o.mail FROM owners AS o WHERE o.id = t.owner_id;
