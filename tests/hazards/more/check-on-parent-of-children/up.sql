ALTER TABLE base ADD CONSTRAINT label_ok CHECK (label <> '');
