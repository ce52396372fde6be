"""Say how urgent old tickets are.

Those that were there before the default was.
"""

from migrator import ops

revision = "e2470d9b1c42"
down_revision = "e2470d9b1c41"


def upgrade() -> None:
    ops.backfill("tickets", {"urgency": "'normal'"}, where="urgency IS NULL")


def downgrade() -> None:
    pass  # nobody knows any more which rows said nothing, and none of them minds
