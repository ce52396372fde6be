UPDATE tasks SET points = 10 / (id - 5);
