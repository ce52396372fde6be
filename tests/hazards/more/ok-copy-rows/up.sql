CREATE TABLE labels (id integer, name text);
COPY labels (id, name) FROM stdin;
1	it's; one
2	\N
\.
CREATE INDEX labels_name_ix ON labels (name);
