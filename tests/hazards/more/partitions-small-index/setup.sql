\if :{?n}
\else
\set n 10000
\endif
CREATE TABLE visits (day integer NOT NULL, path text, ms integer) PARTITION BY RANGE (day);
SELECT format('CREATE TABLE visits_%s PARTITION OF visits FOR VALUES FROM (%s) TO (%s)', m, m, m + 1)
FROM generate_series(0, 29) AS m \gexec
INSERT INTO visits SELECT g % 30, 'p' || g, g % 500 FROM generate_series(1, :n) AS g;
ANALYZE visits;
