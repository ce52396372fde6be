ALTER TABLE "App Data"."Order Line" ADD CONSTRAINT "One Item" UNIQUE ("Item Code");
