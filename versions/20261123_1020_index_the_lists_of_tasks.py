"""Index the lists of tasks.

One for each way a list is asked for: open or done, by tag, due across users (the reminder job),
due for one user. docs/indexes.md names the query of each.
"""

from migrator import ops

revision = "a95d82e6013f"
down_revision = "7e30f1c4b95d"


def upgrade() -> None:
    ops.create_index_concurrently("ix_tasks_user_id_completed", "tasks", ["user_id", "completed"])
    ops.create_index_concurrently("ix_tasks_tags", "tasks", ["tags"], postgresql_using="gin")
    ops.create_index_concurrently(
        "ix_tasks_due_date", "tasks", ["due_date"], postgresql_where="due_date IS NOT NULL"
    )
    ops.create_index_concurrently(
        "ix_tasks_user_id_due_date",
        "tasks",
        ["user_id", "due_date"],
        postgresql_where="due_date IS NOT NULL",
    )


def downgrade() -> None:
    ops.drop_index_concurrently("ix_tasks_user_id_due_date")
    ops.drop_index_concurrently("ix_tasks_due_date")
    ops.drop_index_concurrently("ix_tasks_tags")
    ops.drop_index_concurrently("ix_tasks_user_id_completed")
