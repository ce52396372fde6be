"""Runs a file of SQL statement by statement, as psql or Alembic would, under observation."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

import psycopg

from migrator import errors
from migrator.render.statements import with_data
from migrator.review.backend import Plain
from migrator.review.observed import Failure
from migrator.review.observer import Observer
from migrator.review.outside import held_open
from migrator.review.probes import Probes
from migrator.review.rehearsal import Transaction

_BEGINS = re.compile(r"(BEGIN|START\s+TRANSACTION)\b", re.IGNORECASE)
_ENDS = re.compile(
    r"(COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(WORK\s+|TRANSACTION\s+)?TO\b)", re.IGNORECASE
)
# Outside of a transaction these mean something else, or are refused.
_BARE = re.compile(r"(LOCK|SAVEPOINT|RELEASE|DECLARE|ROLLBACK|SET\s+LOCAL)\b", re.IGNORECASE)

_HARMLESS = re.compile(r"\\(set\s+ON_ERROR_STOP|echo|qecho|pset|timing|restrict|unrestrict)\b")
"""Commands of psql's without which the statements are the same."""

NOT_IN_TRANSACTION = {"25001", "2D000"}
"""SQLSTATEs of what PostgreSQL refuses in a transaction: VACUUM, and a procedure that commits."""


def begins(statement: str) -> bool:
    """Whether it begins a transaction."""
    return _BEGINS.match(statement) is not None


def ends(statement: str) -> bool:
    """Whether it ends a transaction."""
    return _ENDS.match(statement) is not None


def executable(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Line, statement, and the data that follows it if it is a COPY FROM stdin.

    Raises MigratorError for a command of psql's that decides what is executed.
    """
    for place, statement, data in with_data(text):
        line = text.count("\n", 0, place) + 1
        if not statement.startswith("\\"):
            yield line, statement, data
        elif not _HARMLESS.match(statement):
            raise errors.psql_command(line, statement.split()[0])


def execute(session: psycopg.Connection, statement: str, data: str | None) -> None:
    """Run a statement, and send what a COPY waits for."""
    if data is None:
        session.execute(statement.encode(), prepare=False)
        return
    with session.cursor().copy(statement.encode()) as rows:
        rows.write(data)


class Script:
    """One pass over the statements; `own` and `conninfo` reach the same database from outside."""

    def __init__(
        self,
        backend: Plain,
        own: psycopg.Connection,
        conninfo: str,
        transaction: Transaction,
        *,
        schema: bool = True,
    ) -> None:
        self._backend, self._own, self._conninfo = backend, own, conninfo
        self._wrapped = transaction == "wrapped"
        self.observer = Observer(own, backend, schema=schema)
        self.probes = Probes(backend)

    def run(self, text: str, probes: Sequence[str]) -> None:
        """Run up to the first statement that fails."""
        statements = list(executable(text))
        self.probes.begin(probes)
        for line, statement, self._data in statements:
            if not self._step(statement, line):
                break
            self.probes.look(len(self.observer.statements) - 1)
        self._finish()

    left_open = False
    _data: str | None = None

    def _finish(self) -> None:
        failed = any(one.failure for one in self.observer.statements)
        if not self._backend.in_transaction:
            return
        self.left_open = not failed and not self._ours
        if self.left_open or failed:
            self._rollback()
            self.probes.look(None)
        else:
            self._commit()
            self.probes.look(len(self.observer.statements) - 1)

    _ours = False  # whether the open transaction is one that the runner has begun

    def _step(self, statement: str, line: int) -> bool:
        if begins(statement) or ends(statement):
            return self._control(statement, line)
        if self._backend.in_transaction:
            return self._inside(statement, line)
        if self._wrapped:
            self._begin()
            return self._inside(statement, line)
        if _BARE.match(statement) or not self._try_alone(statement, line):
            return self._outside(statement, line)
        return self.observer.statements[-1].failure is None

    def _try_alone(self, statement: str, line: int) -> bool:
        """Run it in a transaction of its own, where all can be seen; False if it refuses that."""
        self._begin()
        if self._inside(statement, line, alone=True):
            self._commit()
            return True
        failed = self.observer.statements[-1].failure
        self._rollback()
        if failed and failed.sqlstate in NOT_IN_TRANSACTION:
            self.observer.forget()
            return False
        return True

    def _control(self, statement: str, line: int) -> bool:
        if self._wrapped and not self._backend.in_transaction:
            self._begin()
        open_before = self._backend.in_transaction
        if not open_before:
            self.observer.begin()
        failure = self._backend.attempt(statement)
        self.observer.told(statement, line, failure, self._backend.take_notices())
        open_now = self._backend.in_transaction
        if open_now and not open_before:
            self._ours = False
        if open_before and not open_now:
            if statement[:1].upper() in "CE" and failure is None:
                self.observer.committed()
            else:
                self.observer.rolled_back()
        return failure is None

    def _inside(self, statement: str, line: int, *, alone: bool = False) -> bool:
        self.observer.before(statement, line)
        run = partial(execute, self._backend.raw, data=self._data)
        failure = self._backend.attempt(statement, run)
        notices = self._backend.take_notices()
        if failure is None:
            self.observer.after(notices)
            return True
        self.observer.failed(failure, notices)
        if not alone:
            self._rollback()
            self.probes.look(None)
        return False

    def _outside(self, statement: str, line: int) -> bool:
        self.observer.begin()
        self.observer.before(statement, line, outside=True)
        failure: Failure | None
        with held_open(self._backend.pid, self._own, self._conninfo) as seen:
            failure = self._backend.attempt(statement)
        self.observer.after(self._backend.take_notices(), seen=seen, failure=failure)
        self.observer.committed()
        return failure is None

    def _begin(self) -> None:
        self._backend.command("BEGIN")
        self._ours = True
        self.observer.begin()

    def _commit(self) -> None:
        failure = self._backend.attempt("COMMIT")
        if failure is None:
            self.observer.committed()
        else:  # a deferred constraint: the newest statement is told to have failed
            self.observer.failed_at_commit(failure)
            self.observer.rolled_back()

    def _rollback(self) -> None:
        self._backend.command("ROLLBACK")
        self.observer.rolled_back()
