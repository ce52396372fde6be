ALTER TABLE drafts ADD COLUMN author text NOT NULL;
