"""Let roles read the revision, and call only what is granted.

`queries.ready()` asks Alembic's own table which revision the database is at, as the login of the
application. And a function that a later revision creates is not everybody's to call: its revision
grants it by name, as one that creates a table has to grant that.
"""

from alembic import op

revision = "8b26e0c94d71"
down_revision = "4e8ac3d7106f"

ROLES = "app_user, app_readonly, app_maintenance"


def upgrade() -> None:
    op.execute(f"GRANT SELECT ON alembic_version TO {ROLES}")
    op.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")


def downgrade() -> None:
    op.execute("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC")
    op.execute(f"REVOKE SELECT ON alembic_version FROM {ROLES}")
