\if :{?n}
\else
\set n 10000
\endif
CREATE TABLE kinds (id integer PRIMARY KEY, name text, weight integer);
INSERT INTO kinds SELECT g, 'kind ' || g, g FROM generate_series(1, 40) g;
CREATE TABLE other AS SELECT g FROM generate_series(1, :n) g;
