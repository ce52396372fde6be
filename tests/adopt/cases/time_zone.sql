ALTER DATABASE THIS_DATABASE SET timezone = 'Europe/Berlin';
-- finds:
-- [time_zone]
-- note: sessions start in time zone "Europe/Berlin": code that writes times without a zone means that one afterwards
-- detail: for all code that does not say it itself
-- hint: nothing has to be done; if you want to:
--     ALTER DATABASE THIS_DATABASE SET timezone = 'UTC';
