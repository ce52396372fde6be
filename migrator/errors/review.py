"""What a review could not do: the rows to rehearse with."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from migrator.errors.base import MigratorError, unquoted


class _Unfilled(Protocol):
    @property
    def table(self) -> str: ...
    @property
    def reason(self) -> str: ...


def unfilled(tables: Sequence[_Unfilled]) -> MigratorError:
    """Tables that are empty in the rehearsal, so that what happens to their rows is not seen."""
    names = ", ".join(f'"{unquoted(one.table)}"' for one in tables)
    return MigratorError(
        f"no rows could be generated for {names}",
        detail="; ".join(f"{unquoted(one.table)}: {one.reason}" for one in tables),
        hint="give rows of your own: --seed seed.sql",
    )


def seed_failed(file: Path, line: int | None, reason: str) -> MigratorError:
    place = f'"{file}"' if line is None else f'line {line} of "{file}"'
    return MigratorError(f"{place} could not be executed: {reason}")


def restore_failed(dump: Path, reason: str) -> MigratorError:
    return MigratorError(
        f'"{dump}" could not be restored: {reason}',
        hint="give a dump that pg_dump wrote: plain, --format=custom, directory or tar",
    )


def setup_failed(said: str) -> MigratorError:
    """`said` is what psql wrote: `psql:<stdin>:3: ERROR:  …`."""
    found = re.search(r"psql:[^:]*:(\d+): ERROR:\s+(.*)", said)
    where = f"line {found[1]} of the setup" if found else "the setup"
    reason = found[2] if found else (said.strip().splitlines() or ["psql said nothing"])[-1]
    return MigratorError(
        f"{where} could not be executed: {reason}",
        hint="the setup is run by psql, as superuser, in an empty database",
    )


def observing_failed(reason: str) -> MigratorError:
    return MigratorError(
        f"the database of the rehearsal could not be asked: {reason}",
        hint="the revision may have changed what a query of pg_catalog needs, such as the role",
    )


def revisions_not_read(reason: str) -> MigratorError:
    return MigratorError(
        f"the revisions could not be read: {reason}",
        hint="name the range as alembic does, such as base..head; with --python give the "
        "interpreter that has what the revisions import",
    )


def runner_ended(said: str) -> MigratorError:
    """`said` is what the project's process printed; the last line is Python's reason."""
    lines = said.strip().splitlines()
    reason = re.sub(r"://[^@/\s]*@", "://…@", lines[-1]) if lines else "its process ended"
    return MigratorError(
        f"the project could not be run: {reason}",
        hint="with --python give the interpreter that has what env.py and the revisions import",
    )


def reversal_not_possible(revision: str, reason: str) -> MigratorError:
    return MigratorError(
        f'revision "{revision}", where the rehearsal begins, could not be reached: {reason}',
        hint="run the chain in an empty database: alembic upgrade head",
    )


def not_rehearsable(verb: str, to: str, reason: str) -> MigratorError:
    return MigratorError(
        f"the throwaway database could not be brought to its start: {verb} {to} failed",
        detail=reason,
        hint="begin with a revision that runs in an empty database, or give --dump",
    )


def not_a_range(given: str) -> MigratorError:
    return MigratorError(
        f'"{given}" is no range of revisions',
        hint=f"name the revision before the first one, and the last one: base..{given}",
    )


def no_such_topic(name: str, near: Sequence[str]) -> MigratorError:
    """Neither a rule nor a lock mode; `near` are names that look like it."""
    listed = ", ".join(f'"{one}"' for one in near)
    return MigratorError(
        f'no rule or lock mode "{name}"',
        detail=f"did you mean {listed}?" if near else None,
        hint="`migrator explain` lists them",
    )


def unknown_report(path: Path, suffixes: Sequence[str]) -> MigratorError:
    return MigratorError(
        f'"{path}" does not say which format it is to have',
        hint=f"name it with one of {' '.join(suffixes)}",
    )


def report_not_written(path: Path, reason: str) -> MigratorError:
    return MigratorError(f'"{path}" could not be written: {reason}')


def acknowledged_not_readable(path: Path, reason: str) -> MigratorError:
    return MigratorError(
        f'"{path.name}" could not be read: {reason}',
        hint='a table for each revision, with lines rule-id = "why it does no harm"',
    )


def release_statements_missing(ini: Path, path: Path) -> MigratorError:
    return MigratorError(
        f'the statements of the running release are not there: "{path.name}"',
        detail=f'release_statements in "{ini.name}" names {path.parent}/{path.name}',
        hint="record them (docs/review.md); without the setting they are made from the catalog",
    )


def acknowledged_unknown(path: Path, revision: str) -> MigratorError:
    return MigratorError(
        f'"{path.name}" speaks of revision "{revision}", which there is not',
        hint="delete what it says of it, or correct the id",
    )


def psql_command(line: int, command: str) -> MigratorError:
    return MigratorError(
        f'line {line} is the command "{command}" of psql, which is not run in a rehearsal',
        hint="review a file of plain SQL; commands of psql's may stand in the setup",
    )


def not_utf8(file: Path) -> MigratorError:
    return MigratorError(
        f'"{file}" is no text in UTF-8',
        hint=f"iconv --from-code=LATIN1 --to-code=UTF-8 {file}",
    )


def not_superuser(user: str) -> MigratorError:
    return MigratorError(
        f'role "{user}" is no superuser, which a rehearsal needs to see everything',
        hint="give --admin-url the address of a server of your own, as its superuser",
    )


def rehearsal_stopped(reason: str) -> MigratorError:
    return MigratorError(
        f"the rehearsal could not go on: {reason}",
        hint="the throwaway database is dropped; run the same command again",
    )
