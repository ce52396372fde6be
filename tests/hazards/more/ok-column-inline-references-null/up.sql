ALTER TABLE tasks ADD COLUMN boss_id bigint REFERENCES owners;
