"""Call titles of songs names.

`name` beside `title`: the running release goes on with the one, the next one begins with the other.
"""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "5f01c2aa9d11"
down_revision = "5f01c2aa9d10"


def upgrade() -> None:
    op.add_column("songs", sa.Column("name", sa.Text))
    ops.mirror_columns("songs", "title", "name", forward="title", back="name")


def downgrade() -> None:
    ops.drop_mirror("songs", "name")
    op.drop_column("songs", "name")
