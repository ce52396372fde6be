"""Let roles see one user at a time.

The second line behind the application's own filters: a member of app_user or app_readonly sees
the rows of the user named by set_app_user, and none before that. The owner is not subject to it,
so Phase II's code goes on working until it connects as one of the roles (models/security.py).
"""

from alembic import op

from migrator import ops

revision = "4e8ac3d7106f"
down_revision = "d05f7b2e94c6"

OWN = "user_id = (SELECT current_setting('app.user_id', true))"
WRITTEN_AND_CHANGED = ("SELECT", "INSERT", "UPDATE", "DELETE")
POLICIES = {
    ("tasks", "app_user"): dict.fromkeys(WRITTEN_AND_CHANGED, OWN),
    ("conversations", "app_user"): dict.fromkeys(WRITTEN_AND_CHANGED, OWN),
    ("messages", "app_user"): {"SELECT": OWN, "INSERT": OWN},
    ("tasks", "app_readonly"): {"SELECT": OWN},
    ("conversations", "app_readonly"): {"SELECT": OWN},
    ("messages", "app_readonly"): {"SELECT": OWN},
    ("tasks", "app_maintenance"): {"SELECT": "true"},
    ("conversations", "app_maintenance"): {"SELECT": "true"},
    ("messages", "app_maintenance"): {"SELECT": "true", "DELETE": "true"},
}
SET_APP_USER = """
CREATE FUNCTION set_app_user(user_id text) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER
AS $$
BEGIN
    IF coalesce(user_id, '') = '' THEN
        RAISE EXCEPTION 'user id must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE pg_catalog.format('SET LOCAL app.user_id = %L', user_id);
END
$$
"""


def upgrade() -> None:
    for role in ("app_user", "app_readonly", "app_maintenance"):
        ops.create_role(role)
    op.execute("GRANT USAGE ON SCHEMA public TO app_user, app_readonly, app_maintenance")
    op.execute(SET_APP_USER.strip())
    op.execute(
        "COMMENT ON FUNCTION set_app_user(text) IS"
        " 'Say on whose behalf the rest of the transaction runs.'"
    )
    op.execute("REVOKE EXECUTE ON FUNCTION set_app_user(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION set_app_user(text) TO app_user, app_readonly")
    op.execute("GRANT USAGE ON SEQUENCE tasks_id_seq TO app_user")
    for table in ("tasks", "conversations", "messages"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for (table, role), commands in POLICIES.items():
        op.execute(f"GRANT {', '.join(commands)} ON {table} TO {role}")
        for command, rows in commands.items():
            ops.create_policy(f"{role}_{command.lower()}", table, command, role, rows)


def downgrade() -> None:
    for (table, role), commands in POLICIES.items():
        for command in commands:
            op.execute(f"DROP POLICY {role}_{command.lower()} ON {table}")
        op.execute(f"REVOKE ALL ON {table} FROM {role}")
    for table in ("messages", "conversations", "tasks"):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("REVOKE ALL ON SEQUENCE tasks_id_seq FROM app_user")
    op.execute("DROP FUNCTION set_app_user(text)")
    op.execute("REVOKE ALL ON SCHEMA public FROM app_user, app_readonly, app_maintenance")
