"""Drop the titles of songs.

Every release that reads or writes them is gone.
"""

from alembic import op

from migrator import ops

revision = "5f01c2aa9d14"
down_revision = "5f01c2aa9d13"
irreversible = "drops songs.title; songs.name holds the same: call it title again in a new revision"


def upgrade() -> None:
    ops.drop_mirror("songs", "name")
    op.drop_column("songs", "title")


def downgrade() -> None:
    ops.irreversible(irreversible)
