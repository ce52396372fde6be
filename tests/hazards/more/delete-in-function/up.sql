SELECT purge();
