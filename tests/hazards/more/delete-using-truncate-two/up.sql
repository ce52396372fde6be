TRUNCATE tasks, owners;
