"""Create links."""

import sqlalchemy as sa
from alembic import op

revision = "7bd91f3c5a50"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("icon", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )


def downgrade() -> None:
    op.drop_table("links")
