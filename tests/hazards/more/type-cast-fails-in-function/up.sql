SELECT retype();
