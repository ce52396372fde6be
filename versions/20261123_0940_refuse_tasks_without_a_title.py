"""Refuse tasks without a title.

Phase II's `min_length=1` left no trace: SQLModel table classes did not validate.
"""

from alembic import op

from migrator import ops

revision = "b82f05d9e36c"
down_revision = "93c6e8b1740a"


def upgrade() -> None:
    ops.add_check("ck_tasks_title_not_empty", "tasks", "title <> ''")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_tasks_title_not_empty"), "tasks")
