\if :{?n}
\else
\set n 10000
\endif
CREATE TABLE drafts (id bigint PRIMARY KEY, body text, kind text);
