DROP SCHEMA unused;
