CREATE INDEX IF NOT EXISTS "Item Ix" ON "App Data"."Order Line" ("Item Code");
