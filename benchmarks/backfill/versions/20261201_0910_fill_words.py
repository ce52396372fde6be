"""Fill the words of notes.

Counts how often it sets a row, which nobody would do but who wants to prove that it is once.
"""

from migrator import ops

revision = "7d1f0c2ab9e4"
down_revision = "c0a4e1d97b35"


def upgrade() -> None:
    ops.backfill(
        "notes",
        {"words": "cardinality(string_to_array(body, ' '))", "times": "times + 1"},
        where="words IS NULL",
    )


def downgrade() -> None:
    pass
