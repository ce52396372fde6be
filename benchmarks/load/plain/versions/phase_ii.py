"""The tasks of Phase II.

The id is that of this project's first revision, so that both ways start from the same database.
"""

revision = "5a0c1e7d93f2"
down_revision = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
