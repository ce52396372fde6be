"""Create the tasks of Phase II.

Exactly as SQLModel's create_all left them, so that a Phase II database can be adopted here and a
new one goes the same way. What is missing (defaults, time zones, the key to "user") comes next.
"""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "5a0c1e7d93f2"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("tasks_pkey")),
    )
    op.create_index(op.f("ix_tasks_user_id"), "tasks", ["user_id"])


def downgrade() -> None:
    ops.drop_table("tasks")
