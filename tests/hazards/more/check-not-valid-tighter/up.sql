ALTER TABLE tasks ADD CONSTRAINT title_long CHECK (length(title) > 5) NOT VALID;
