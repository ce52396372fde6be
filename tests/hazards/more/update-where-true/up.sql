UPDATE tasks SET note = note || '!' WHERE id > 0;
