MERGE INTO tasks AS t USING owners AS o ON t.owner_id = o.id WHEN MATCHED THEN UPDATE SET note = o.mail;
