"""Adopting a database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrator.errors.base import MigratorError, Refused

if TYPE_CHECKING:
    from migrator import adopt


class AdoptionBlocked(Refused):
    """Something has to be repaired before the database can be adopted; nothing was changed."""

    def __init__(self, findings: "Sequence[adopt.Finding]") -> None:
        self.findings = list(findings)
        blocking = sum(finding.level == "block" for finding in findings)
        super().__init__(
            f"the database cannot be adopted yet: {blocking} "
            + ("finding blocks" if blocking == 1 else "findings block"),
            hint="nothing was changed; repair what blocks and run `make adopt` again",
        )


def already_stamped(revision: str) -> Refused:
    return Refused(
        f"the database is already under revision control, at revision {revision}",
        hint="nothing was changed; `make upgrade` takes it to head",
    )


def nothing_to_adopt(tables: Sequence[str]) -> Refused:
    names = ", ".join(f'"{table}"' for table in tables)
    return Refused(
        "there is nothing to adopt: none of the first revision's tables is there",
        detail=f"looked for {names or 'no table: the first revision makes none'}",
        hint="nothing was changed; `make upgrade` builds a new database",
    )


def unknown_time_zone(zone: str) -> Refused:
    return Refused(
        f'the server knows no time zone "{zone}"',
        hint="nothing was changed; SELECT name FROM pg_timezone_names lists those that it knows, "
        "such as Asia/Karachi",
    )


def no_times_without_zone(zone: str) -> Refused:
    return Refused(
        f'no column is without a time zone, so "{zone}" would mean nothing',
        hint="nothing was changed; run it again without --legacy-timezone",
    )


def repairs_failed(messages: Sequence[str]) -> MigratorError:
    return MigratorError(
        "the repairs did not lead to the first revision",
        detail="; ".join(messages),
        hint="nothing was changed: all of it was rolled back",
    )


def no_revisions() -> MigratorError:
    return MigratorError("the project has no revisions", hint='write one: make revision m="…"')
