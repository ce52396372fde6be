"""Add the day bills are due on.

A date, in a column of its own: a new type under the old name would rewrite the table, and break
each prepared statement that reads it.
"""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "a3d85e60f121"
down_revision = "a3d85e60f120"


def upgrade() -> None:
    op.add_column("bills", sa.Column("due_on", sa.Date))
    ops.mirror_columns("bills", "due", "due_on", forward="due::date", back="due_on::text")


def downgrade() -> None:
    ops.drop_mirror("bills", "due_on")
    op.drop_column("bills", "due_on")
