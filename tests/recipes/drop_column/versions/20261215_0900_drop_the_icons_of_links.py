"""Drop the icons of links.

Every release that reads or writes them is gone.
"""

from alembic import op

from migrator import ops

revision = "7bd91f3c5a52"
down_revision = "7bd91f3c5a51"
irreversible = "drops links.icon; restore it from a backup"


def upgrade() -> None:
    op.drop_column("links", "icon")


def downgrade() -> None:
    ops.irreversible(irreversible)
