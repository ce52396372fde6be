UPDATE visits SET path = lower(path) WHERE day = 3;
ALTER TABLE visits ADD CONSTRAINT ms_ok CHECK (ms >= 0) NOT VALID;
