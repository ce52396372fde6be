"""Prove that every task has a title.

Reads all rows once, while the application goes on reading and writing them.
"""

from migrator import ops

revision = "2d6ab93f81e7"
down_revision = "c7194ea2f05b"


def upgrade() -> None:
    ops.validate_constraint("ck_tasks_title_not_empty", "tasks")


def downgrade() -> None:
    ops.unvalidate_constraint("ck_tasks_title_not_empty", "tasks")
