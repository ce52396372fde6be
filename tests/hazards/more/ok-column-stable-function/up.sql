ALTER TABLE tasks ADD COLUMN at timestamptz DEFAULT now(), ADD COLUMN who text DEFAULT current_user;
