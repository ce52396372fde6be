"""Copy the addresses of people.

Those that were there before the triggers were; an address that is there already stays.
"""

from migrator import ops

revision = "c96b04e7d332"
down_revision = "c96b04e7d331"


def upgrade() -> None:
    ops.backfill(
        "people",
        {"person_id": "id", "city": "city"},
        where="city IS NOT NULL AND NOT EXISTS (SELECT FROM addresses WHERE person_id = people.id)",
        into="addresses",
    )


def downgrade() -> None:
    pass  # the table goes with the revision before
