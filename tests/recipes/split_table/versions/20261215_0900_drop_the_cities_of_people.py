"""Drop the cities of people.

Every release that reads or writes them there is gone.
"""

from alembic import op

from migrator import ops

revision = "c96b04e7d333"
down_revision = "c96b04e7d332"
irreversible = "drops people.city; addresses.city holds the same"


def upgrade() -> None:
    op.execute("DROP TRIGGER copy_address ON people")
    op.execute("DROP TRIGGER copy_new_address ON people")
    op.execute("DROP FUNCTION copy_address()")
    op.drop_column("people", "city")


def downgrade() -> None:
    ops.irreversible(irreversible)
