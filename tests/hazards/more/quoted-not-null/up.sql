ALTER TABLE "App Data"."Order Line" ALTER "Item Code" SET NOT NULL;
