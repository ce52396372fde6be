\if :{?n}
\else
\set n 10000
\endif
CREATE TABLE metrics (id bigint NOT NULL, day date NOT NULL, value integer) PARTITION BY RANGE (day);
CREATE TABLE metrics_1 PARTITION OF metrics FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE metrics_2 PARTITION OF metrics FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
INSERT INTO metrics SELECT g, date '2024-01-01' + g % 360, g % 100 FROM generate_series(1, :n * 2) g;
ANALYZE metrics;
