CALL purge();
