ALTER TABLE metrics ADD CHECK (value >= 0);
