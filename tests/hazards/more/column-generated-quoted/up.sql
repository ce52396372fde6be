ALTER TABLE "App Data"."Order Line" ADD COLUMN "Double Qty" integer GENERATED ALWAYS AS (qty * 2) STORED;
