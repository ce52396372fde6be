DROP POLICY own ON tasks;
