DROP TABLE tasks, owners;
