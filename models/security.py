"""Who may do what: roles, grants and row-level-security policies, as data beside the tables.

The application connects as a login that is a member of one of these roles and calls
`SELECT set_app_user(...)` at the start of each transaction. Nobody set: no rows and no writes.
The owner of the tables is not subject to the policies, so Phase II's code goes on working until
it connects as `app_user`.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from .base import metadata

ROLES = {
    "app_user": "the application, on behalf of one user at a time",
    "app_readonly": "somebody who looks at one user's rows and changes nothing",
    "app_maintenance": "jobs across users: reminders read, the retention purge deletes messages",
}

# A scalar subquery, so that the setting is read once a statement and not once a row.
OWN = "user_id = (SELECT current_setting('app.user_id', true))"
ALL = "true"


@dataclass(frozen=True)
class Policy:
    """One command of one role on one table, and the rows that it may touch."""

    table: str
    role: str
    command: str
    rows: str = OWN

    @property
    def name(self) -> str:
        return f"{self.role}_{self.command.lower()}"

    @property
    def create(self) -> str:
        clauses = {
            "INSERT": f"WITH CHECK ({self.rows})",
            "UPDATE": f"USING ({self.rows}) WITH CHECK ({self.rows})",
        }
        clause = clauses.get(self.command, f"USING ({self.rows})")
        return (
            f"CREATE POLICY {self.name} ON {self.table} FOR {self.command} TO {self.role} {clause}"
        )

    @property
    def grant(self) -> str:
        return f"GRANT {self.command} ON {self.table} TO {self.role}"


# Messages are written once (no UPDATE) and go with their conversation (no DELETE of their own).
COMMANDS = {
    "tasks": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "conversations": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "messages": ("SELECT", "INSERT"),
}
POLICIES = (
    *(Policy(table, "app_user", command) for table in COMMANDS for command in COMMANDS[table]),
    *(Policy(table, "app_readonly", "SELECT") for table in COMMANDS),
    *(Policy(table, "app_maintenance", "SELECT", ALL) for table in COMMANDS),
    Policy("messages", "app_maintenance", "DELETE", ALL),
)

# A function and not SET LOCAL by the client: it takes a bound parameter, and reaches Citus workers.
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

COMMENT_SET_APP_USER = (
    "COMMENT ON FUNCTION set_app_user(text) IS"
    " 'Say on whose behalf the rest of the transaction runs.'"
)

# What a later revision creates is nobody's until that revision grants it by name. Of tables that is
# PostgreSQL's own default; functions it lets everybody call. A setting of who migrates.
DEFAULT_PRIVILEGES = "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"


def statements() -> list[str]:
    """Everything above as SQL, in an order that runs after the tables exist."""
    every_role = ", ".join(ROLES)
    return [
        *(
            f"DO $$ BEGIN IF to_regrole('{role}') IS NULL THEN"
            f" CREATE ROLE {role} NOLOGIN; END IF; END $$"
            for role in ROLES
        ),
        f"GRANT USAGE ON SCHEMA public TO {every_role}",
        SET_APP_USER.strip(),
        COMMENT_SET_APP_USER,
        "REVOKE EXECUTE ON FUNCTION set_app_user(text) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION set_app_user(text) TO app_user, app_readonly",
        "GRANT USAGE ON SEQUENCE tasks_id_seq TO app_user",
        *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in COMMANDS),
        *(policy.grant for policy in POLICIES),
        *(policy.create for policy in POLICIES),
        DEFAULT_PRIVILEGES,
    ]


@event.listens_for(metadata, "after_create")
def _secure(_target: sa.MetaData, connection: sa.Connection, **_: Any) -> None:
    """`create_all` builds the whole schema, so that it can be compared with the revisions'."""
    for statement in statements():  # without parameters: a percent sign is a percent sign
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
