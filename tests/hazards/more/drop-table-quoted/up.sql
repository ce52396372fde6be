DROP TABLE "App Data"."Order Line";
