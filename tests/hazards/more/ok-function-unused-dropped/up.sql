DROP FUNCTION helper();
