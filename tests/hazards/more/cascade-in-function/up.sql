CREATE FUNCTION forget_moods() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'DROP TYPE mood CASCADE';
END $$;
SELECT forget_moods();
DROP FUNCTION forget_moods();
