"""Require the urgency of tickets.

Proved while they are read and written.
"""

from migrator import ops

revision = "e2470d9b1c43"
down_revision = "e2470d9b1c42"


def upgrade() -> None:
    ops.set_not_null("tickets", "urgency")


def downgrade() -> None:
    ops.drop_not_null("tickets", "urgency")
