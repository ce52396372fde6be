ALTER DATABASE THIS_DATABASE SET timezone = 'Europe/Berlin';
-- finds:
