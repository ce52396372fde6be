DELETE FROM tasks WHERE id <= 10;
