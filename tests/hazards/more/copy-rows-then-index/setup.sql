\if :{?n}
\else
\set n 10000
\endif
CREATE TABLE owners (id bigint PRIMARY KEY, mail text NOT NULL, plan text);
INSERT INTO owners SELECT g, 'o' || g || '@example.test', 'p' || g % 5 FROM generate_series(1, :n) g;
CREATE TABLE tasks (
  id bigint PRIMARY KEY, owner_id bigint, title varchar(80) NOT NULL, points integer,
  cost numeric(10,2), note text, due timestamp, done boolean NOT NULL DEFAULT false);
INSERT INTO tasks SELECT g, 1 + g % :n, 'task ' || g, g % 100, g % 50, 'note ' || g,
  timestamp '2025-01-01' + g * interval '1 minute', g % 3 = 0 FROM generate_series(1, :n) g;
ANALYZE owners; ANALYZE tasks;
