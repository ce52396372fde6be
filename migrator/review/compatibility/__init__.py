"""Does the release that is running go on working? Its statements are tried on the new schema.

They are given, or recorded from the application, or else made from the schema that it was written
for: every column read by name, rows inserted, each column updated, rows deleted, as every role.
`[migrator] release_statements` in alembic.ini names a file of them.
"""

from migrator.review.compatibility.application import statements
from migrator.review.compatibility.findings import findings
from migrator.review.compatibility.given import given
from migrator.review.compatibility.recording import recording
from migrator.review.compatibility.rehearse import rehearse
from migrator.review.compatibility.statement import (
    Broken,
    Outcome,
    Statement,
    broken,
    read,
    try_all,
    try_in_order,
)

__all__ = [
    "Broken",
    "Outcome",
    "Statement",
    "broken",
    "findings",
    "given",
    "read",
    "recording",
    "rehearse",
    "statements",
    "try_all",
    "try_in_order",
]
