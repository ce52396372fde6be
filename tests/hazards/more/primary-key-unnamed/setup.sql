\if :{?n}
\else
\set n 10000
\endif
CREATE TABLE base (id bigint, label text);
CREATE TABLE leaf (extra text) INHERITS (base);
INSERT INTO leaf SELECT g, 'l' || g, 'e' FROM generate_series(1, :n) g;
ALTER TABLE leaf ALTER COLUMN id SET NOT NULL;
