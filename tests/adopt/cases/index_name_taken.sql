DROP INDEX ix_tasks_user_id;
CREATE TABLE other (a integer);
CREATE INDEX ix_tasks_user_id ON other (a);
-- finds:
