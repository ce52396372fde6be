UPDATE tasks SET note = 'x' WHERE id % 100 = 0;
