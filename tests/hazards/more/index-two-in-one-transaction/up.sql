CREATE INDEX a_ix ON tasks (points);
CREATE INDEX b_ix ON tasks (cost);
