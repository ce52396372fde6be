UPDATE kinds SET weight = 0;
