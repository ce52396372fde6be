"""Store task times with their zone.

Naive times mean whatever the reader's session says. Comes first: a prepared `SELECT` of these
columns fails until its connection is replaced, and so it does so once, before anything else.
"""

from migrator import ops

revision = "e41b7a90c6d8"
down_revision = "5a0c1e7d93f2"


def upgrade() -> None:
    ops.timestamp_to_timestamptz("tasks", "created_at", "updated_at")


def downgrade() -> None:
    ops.timestamptz_to_timestamp("tasks", "created_at", "updated_at")
