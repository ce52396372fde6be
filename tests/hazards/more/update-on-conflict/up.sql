INSERT INTO tasks (id, title) SELECT id, title FROM tasks ON CONFLICT (id) DO UPDATE SET note = 'again';
