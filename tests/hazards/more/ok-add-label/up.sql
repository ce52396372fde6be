ALTER TYPE mood ADD VALUE 'sad';
UPDATE tasks SET m = 'sad' WHERE id = 1;
