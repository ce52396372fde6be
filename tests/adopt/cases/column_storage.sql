ALTER TABLE tasks ALTER COLUMN description SET STORAGE external, ALTER COLUMN title SET STATISTICS 500;
COMMENT ON COLUMN tasks.title IS 'What';
-- finds:
-- [kept]
-- note: column "tasks.description" differs from the first revision in "storage"; it stays
-- detail: external
--
-- [kept]
-- note: column "tasks.title" differs from the first revision in "comment"; it stays
-- detail: What
--
-- [kept]
-- note: column "tasks.title" differs from the first revision in "statistics target"; it stays
-- detail: 500
