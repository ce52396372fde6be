ALTER TABLE drafts ADD COLUMN token uuid DEFAULT gen_random_uuid();
