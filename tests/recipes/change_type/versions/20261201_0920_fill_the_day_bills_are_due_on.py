"""Fill the day bills are due on.

Stops at a text that is no date; corrected, it goes on.
"""

from migrator import ops

revision = "a3d85e60f122"
down_revision = "a3d85e60f121"


def upgrade() -> None:
    ops.backfill("bills", {"due_on": "due::date"}, where="due_on IS NULL AND due IS NOT NULL")


def downgrade() -> None:
    pass  # the column goes with the revision before
