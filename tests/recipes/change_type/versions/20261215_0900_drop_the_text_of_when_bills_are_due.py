"""Drop the text of when bills are due.

Every release that reads or writes it is gone.
"""

from alembic import op

from migrator import ops

revision = "a3d85e60f123"
down_revision = "a3d85e60f122"
irreversible = "drops bills.due; bills.due_on holds the same as a date"


def upgrade() -> None:
    ops.drop_mirror("bills", "due_on")
    op.drop_column("bills", "due")


def downgrade() -> None:
    ops.irreversible(irreversible)
