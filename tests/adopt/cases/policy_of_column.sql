CREATE POLICY recent ON tasks FOR SELECT TO better_auth USING (created_at > '2026-01-01');
-- finds:
