"""Let tickets be normally urgent.

For the rows that the running release goes on to insert without saying so.
"""

from alembic import op

revision = "e2470d9b1c41"
down_revision = "e2470d9b1c40"


def upgrade() -> None:
    op.alter_column("tickets", "urgency", server_default="normal")


def downgrade() -> None:
    op.alter_column("tickets", "urgency", server_default=None)
