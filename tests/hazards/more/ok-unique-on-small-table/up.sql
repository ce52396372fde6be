ALTER TABLE kinds ADD CONSTRAINT kinds_name_key UNIQUE (name);
