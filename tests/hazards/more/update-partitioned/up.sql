UPDATE metrics SET value = 0;
