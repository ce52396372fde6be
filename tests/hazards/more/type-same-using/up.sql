ALTER TABLE tasks ALTER COLUMN note TYPE text USING upper(note);
