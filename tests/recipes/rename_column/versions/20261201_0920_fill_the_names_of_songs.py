"""Fill the names of songs.

Those that were there before the mirror was.
"""

from migrator import ops

revision = "5f01c2aa9d12"
down_revision = "5f01c2aa9d11"


def upgrade() -> None:
    ops.backfill("songs", {"name": "title"}, where="name IS NULL AND title IS NOT NULL")


def downgrade() -> None:
    pass  # the column goes with the revision before
