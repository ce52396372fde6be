SET LOCAL TimeZone = 'Europe/Berlin';
ALTER TABLE tasks ALTER COLUMN due TYPE timestamptz;
