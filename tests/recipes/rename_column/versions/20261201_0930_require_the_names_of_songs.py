"""Require the names of songs.

As their titles were.
"""

from migrator import ops

revision = "5f01c2aa9d13"
down_revision = "5f01c2aa9d12"


def upgrade() -> None:
    ops.set_not_null("songs", "name")


def downgrade() -> None:
    ops.drop_not_null("songs", "name")
