ALTER TABLE "App Data"."Order Line" RENAME "Item Code" TO "Article No";
