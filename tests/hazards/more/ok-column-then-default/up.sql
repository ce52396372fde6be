ALTER TABLE owners ADD COLUMN token uuid;
ALTER TABLE owners ALTER COLUMN token SET DEFAULT gen_random_uuid();
