"""Add tags and due_date to tasks.

The chat assistant files tasks under labels and reminds of them. Both have a value for old rows
without touching any: a constant default, and NULL.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from migrator import ops

revision = "7e30f1c4b95d"
down_revision = "2d6ab93f81e7"


def upgrade() -> None:
    ops.add_columns(
        "tasks",
        sa.Column("tags", pg.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("due_date", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    ops.drop_columns("tasks", due_date="due_date IS NOT NULL", tags="tags <> '{}'")
