ALTER TABLE tasks ALTER COLUMN description SET STORAGE external, ALTER COLUMN title SET STATISTICS 500;
COMMENT ON COLUMN tasks.title IS 'What';
-- finds:
