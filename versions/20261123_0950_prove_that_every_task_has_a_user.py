"""Prove that every task has a user.

Reads all rows once, while the application goes on reading and writing them.
"""

from migrator import ops

revision = "c7194ea2f05b"
down_revision = "b82f05d9e36c"


def upgrade() -> None:
    ops.validate_constraint("fk_tasks_user_id_user", "tasks")


def downgrade() -> None:
    ops.unvalidate_constraint("fk_tasks_user_id_user", "tasks")
