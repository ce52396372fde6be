INSERT INTO kinds VALUES (100, 'new', 1);
UPDATE kinds SET weight = 2 WHERE id = 100;
