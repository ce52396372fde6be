"""Let links do without an icon.

The next release does not write it any more, and the running one still reads what it does not know
to be missing: so there is a default, and NOT NULL stays.
"""

from alembic import op

revision = "7bd91f3c5a51"
down_revision = "7bd91f3c5a50"


def upgrade() -> None:
    op.alter_column("links", "icon", server_default="none")


def downgrade() -> None:
    op.alter_column("links", "icon", server_default=None)
