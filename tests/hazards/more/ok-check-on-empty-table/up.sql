ALTER TABLE drafts ADD CONSTRAINT kind_ok CHECK (kind <> '');
