ALTER TABLE tasks ALTER points TYPE bigint;
