CALL fill(200);
