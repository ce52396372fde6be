ALTER TABLE metrics RENAME value TO amount;
