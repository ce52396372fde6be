"""Key tasks to their user.

A token outlives its user by minutes, and its tasks would outlive both: only the database can
refuse them. CASCADE, because Better Auth deletes a user half-way when a key holds it back.
"""

from alembic import op

from migrator import ops

revision = "93c6e8b1740a"
down_revision = "0f7d2c85ab13"


def upgrade() -> None:
    ops.add_foreign_key(
        "fk_tasks_user_id_user", "tasks", ["user_id"], "user", ["id"], ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_tasks_user_id_user"), "tasks")
