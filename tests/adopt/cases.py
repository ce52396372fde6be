"""The cases: what somebody did to a Phase II database, and all that the examination says then.

A file of tests/adopt/cases/ is SQL. Its first lines may say `-- as: superuser` (instead of the role
that migrates), `-- with: orphans=quarantine` (options) and `-- by hand` (the SQL in the hints has
gaps that only a person can fill). What stands as a comment after `-- finds:` is the answer, word
for word, each finding below its code; those of an unchanged Phase II database are left out.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases"
_FINDS = "-- finds:\n"


@dataclass(frozen=True)
class Case:
    name: str
    sql: str
    expected: str
    superuser: bool = False
    by_hand: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> set[str]:
        """The codes of the findings."""
        return set(re.findall(r"^\[(\w+)\]$", self.expected, re.MULTILINE))


def load(path: Path) -> Case:
    sql, _, expected = path.read_text().partition(_FINDS)
    options: dict[str, str] = {}
    for line in sql.splitlines():
        if line.startswith("-- with: "):
            options = dict(pair.split("=") for pair in line.removeprefix("-- with: ").split())
    return Case(
        path.stem,
        sql,
        "\n".join(line.removeprefix("--").removeprefix(" ") for line in expected.splitlines()),
        superuser="-- as: superuser\n" in sql,
        by_hand="-- by hand\n" in sql,
        options=options,
    )


CASES = [load(path) for path in sorted(FOLDER.glob("*.sql"))]
