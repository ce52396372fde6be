"""Runs the pending revisions in a throwaway database and notes what each of them does there.

What a revision locks and changes is seen, not guessed from its text. The throwaway database is
empty: how long anything takes, and what depends on rows, is not seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import psycopg
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script

from migrator import errors
from migrator.catalog import Catalog, read
from migrator.connection import engine
from migrator.environment import LOCKED
from migrator.preflight.modes import Mode
from migrator.preflight.observer import Columns, Observer, Watch
from migrator.project import Project
from migrator.record import TOOLS_OWN


@dataclass(frozen=True)
class Lock:
    """The strongest mode in which a revision locks a table."""

    table: str
    mode: Mode


@dataclass(frozen=True)
class Change:
    """A column of a table that was there before the upgrade; None before: added, after: dropped."""

    table: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Rehearsed:
    """What one revision did. Tables are full names such as `public.tasks`.

    `locks` are those on tables that are there before the upgrade, in the order in which they are
    taken; `in_transaction` is False for one that has steps outside of a transaction.
    """

    revision: str
    in_transaction: bool
    locks: list[Lock]
    changes: list[Change]
    rewritten: list[str]

    @property
    def retyped(self) -> list[Change]:
        return [one for one in self.changes if one.before and one.after]


@dataclass
class Rehearsal:
    """The schema before, at the stamped revision, and after; and what happened between them.

    `failure` is what the first revision that does not run said; those after it were not seen.
    """

    version: str = ""
    before: Catalog = field(default_factory=lambda: Catalog({}))
    after: Catalog = field(default_factory=lambda: Catalog({}))
    revisions: list[Rehearsed] = field(default_factory=list)
    failure: errors.MigratorError | None = None

    @cached_property
    def touched(self) -> dict[str, Mode]:
        """The tables that are there before, each with the strongest lock that is taken on it."""
        found: dict[str, Mode] = {}
        for lock in (lock for one in self.revisions for lock in one.locks):
            found[lock.table] = max(lock.mode, found.get(lock.table, lock.mode))
        return dict(sorted(found.items()))


def rehearse(
    project: Project, stamped: str | None, note: str | None, scripts: Sequence[Script]
) -> Rehearsal:
    """Build the schema of the stamped revision, then run `scripts` on it one by one.

    `note` is what `adopt` has left about the database (migrator.ops.adoption), None without one.
    Raises MigratorError or psycopg.Error when there can be no throwaway database.
    """
    with project.sandbox() as address:
        url = sa.make_url(address)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with engine(url).connect() as connection, psycopg.connect(plain, autocommit=True) as own:
            run = _Run(project, connection, own, stamped, note, scripts)
            try:
                run.run(address)
            except errors.MigratorError as error:
                run.rehearsal.failure = error
            return run.rehearsal


class _Run:
    """One pass through Alembic: first up to the stamped revision, then on under observation."""

    def __init__(
        self,
        project: Project,
        connection: sa.Connection,
        own: psycopg.Connection,
        stamped: str | None,
        note: str | None,
        scripts: Sequence[Script],
    ) -> None:
        self.rehearsal = Rehearsal(own.info.parameter_status("server_version") or "")
        self._project, self._connection, self._own = project, connection, own
        self._stamped, self._note, self._scripts = stamped, note, scripts

    def run(self, address: str) -> None:
        config = Config(self._project.config.config_file_name)
        config.attributes.update({"connection": self._connection, LOCKED: True, "url": address})
        script = self._project.script
        with EnvironmentContext(config, script, fn=self._steps, destination_rev="head"):
            script.run_env()
        self.rehearsal.after = read(self._connection)

    def _steps(self, _heads: object, _context: MigrationContext) -> Iterator[MigrationStep]:
        """Alembic runs and commits each step before it asks for the next one."""
        revisions = self._project.script.revision_map
        for script in self._below():
            yield MigrationStep.upgrade_from_script(revisions, script)
        if self._note is not None:
            note = psycopg.sql.Literal(self._note)
            self._own.execute(
                psycopg.sql.SQL("COMMENT ON TABLE alembic_version IS {}").format(note)
            )
        self.rehearsal.before = read(self._connection)
        observer = Observer(self._own, self._connection)
        files, columns = observer.files(), observer.columns()
        there = {table for table in files if table.partition(".")[2] not in TOOLS_OWN}
        for script in self._scripts:
            observer.watch = Watch()
            yield MigrationStep.upgrade_from_script(revisions, script)
            files_now, columns_now = observer.files(), observer.columns()
            self.rehearsal.revisions.append(
                Rehearsed(
                    script.revision,
                    observer.watch.in_transaction,
                    [Lock(t, mode) for t, mode in observer.watch.modes.items() if t in there],
                    list(_changes(there, columns, columns_now)),
                    sorted(t for t in there & files_now.keys() if files_now[t] != files[t]),
                )
            )
            there &= files_now.keys()
            files, columns = files_now, columns_now

    def _below(self) -> list[Script]:
        if self._stamped is None:
            return []
        found = self._project.script.iterate_revisions(self._stamped, "base")
        return list(reversed([script for script in found if isinstance(script, Script)]))


def _changes(there: set[str], before: Columns, after: Columns) -> Iterator[Change]:
    for table in sorted(there & after.keys()):
        old, new = before.get(table, {}), after[table]
        for column in [*old, *(name for name in new if name not in old)]:
            if old.get(column) != new.get(column):
                yield Change(table, column, old.get(column), new.get(column))
