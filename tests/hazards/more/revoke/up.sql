REVOKE SELECT ON tasks FROM hz_reader;
