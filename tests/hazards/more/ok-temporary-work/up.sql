CREATE TEMPORARY TABLE w (id bigint, p integer);
INSERT INTO w SELECT id, points FROM tasks;
CREATE INDEX ON w (id);
UPDATE w SET p = 0;
DELETE FROM w;
