ALTER TABLE tasks ADD COLUMN double_points integer;
