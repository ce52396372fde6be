ALTER DATABASE DATABASE SET timezone = 'Europe/Berlin';
-- finds:
