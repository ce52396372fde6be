COPY owners (id, mail) FROM stdin;
100001	a@example.test
\.
CREATE INDEX tasks_due_ix ON tasks (due);
