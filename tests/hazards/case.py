"""A case: a schema with rows, a migration, and what is true of it.

`setup.sql` fills tables (psql variable `n`), `up.sql` is the migration, `case.toml` says what it
does: `[[expect]]` names a hazard and the 0-based statement that brings it; none means safe.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from migrator.review.files import rehearse_sql
from migrator.review.finding import Finding
from migrator.review.judge import judge
from migrator.review.rehearsal import Rehearsal, Transaction
from tests.servers import installations

HERE = Path(__file__).parent
FOLDERS = (HERE / "cases", HERE / "more")
POLICY = "missing-lock-timeout"
"""A note; counts in cases with `score_policy`, and only there: nearly every file would have it."""

_EXTENSION = re.compile(r"CREATE EXTENSION (?:IF NOT EXISTS )?(\w+)")


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def _told(self) -> dict[str, object]:
        return tomllib.loads((self.folder / "case.toml").read_text())

    @property
    def transaction(self) -> Transaction:
        return "autocommit" if self._told["tx"] == "autocommit" else "wrapped"

    @property
    def min_pg(self) -> int:
        return int(str(self._told.get("min_pg", 12)))

    @property
    def policy(self) -> bool:
        return bool(self._told.get("score_policy"))

    @property
    def probes(self) -> list[str]:
        return [str(one) for one in _list(self._told.get("app_probes"))]

    @property
    def good_for(self) -> list[str]:
        """The rules of which this is the safe form."""
        return [str(one) for one in _list(self._told.get("good_for"))]

    @property
    def extensions(self) -> set[str]:
        return set(_EXTENSION.findall(self.setup + self.up))

    @property
    def note(self) -> str:
        return str(self._told.get("note", ""))

    @property
    def expected(self) -> set[tuple[int, str]]:
        """Statement and hazard."""
        found = set()
        for one in _list(self._told.get("expect")):
            if isinstance(one, dict):
                found.add((int(one["statement"]), str(one["hazard"])))
        return found

    @property
    def setup(self) -> str:
        return (self.folder / "setup.sql").read_text()

    @property
    def up(self) -> str:
        return (self.folder / "up.sql").read_text()

    def rehearse(self, admin_url: str, rows: int) -> Rehearsal:
        return rehearse_sql(
            self.up, self.setup, self.transaction, self.probes, admin_url, rows=rows
        )

    def alarms(self, findings: Sequence[Finding]) -> set[tuple[int | None, str]]:
        """The errors and warnings, and the policy where the case asks for it."""
        return {
            (one.statement, one.rule) for one in findings if self.counts(one.rule, one.severity)
        }

    def counts(self, rule: str, severity: str) -> bool:
        """Whether a finding is an answer to the case."""
        return self.policy if rule == POLICY else severity != "note"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def cases(major: int) -> list[Case]:
    """Those that run on a server of this major version, which may lack an extension."""
    folders = [one for folder in FOLDERS for one in sorted(folder.iterdir())]
    found = [Case(folder) for folder in folders if (folder / "case.toml").exists()]
    there = _extensions(installations()[major])
    return [case for case in found if case.min_pg <= major and case.extensions <= there]


def _extensions(programs: Path) -> set[str]:
    """What CREATE EXTENSION finds, of a wheel or of Debian's package."""
    debian = Path("/usr/share/postgresql") / programs.parent.name
    places = [*programs.parent.rglob("*.control"), *debian.rglob("*.control")]
    return {place.stem for place in places}


__all__ = ["Case", "cases", "judge"]
