CREATE STATISTICS st ON user_id, completed FROM tasks;
-- finds:
