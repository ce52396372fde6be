\if :{?n}
\else
\set n 10000
\endif
CREATE SCHEMA "App Data";
CREATE TABLE "App Data"."Order Line" ("Line No" bigint PRIMARY KEY, "Item Code" text, qty integer);
INSERT INTO "App Data"."Order Line" SELECT g, 'i' || g, g % 9 FROM generate_series(1, :n) g;
