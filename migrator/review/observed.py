"""What one statement of a migration was seen to do. Relations are full names: `public.tasks`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from migrator.catalog import Difference
from migrator.preflight.modes import Mode


@dataclass(frozen=True)
class Lock:
    """A lock on a relation that was there before the migration.

    `seconds` is how long it was held: from the beginning of the statement that got it to the end of
    its transaction, without the time that observing took.
    """

    relation: str
    mode: Mode
    seconds: float = 0.0


@dataclass(frozen=True)
class Rows:
    """Rows written to one relation by one statement, those of DO blocks and triggers included.

    Of a truncated relation `deleted` counts the rows that are gone.
    """

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    truncated: bool = False


@dataclass(frozen=True)
class Wait:
    """Sessions of an application that had to wait for a statement of the migration.

    `kind` is SELECT, INSERT, UPDATE or DELETE, `seconds` the longest wait, `count` how many there
    were.
    """

    relation: str
    kind: str
    seconds: float
    count: int


@dataclass(frozen=True)
class Failure:
    """What PostgreSQL said, without the values of rows."""

    sqlstate: str
    message: str


@dataclass(frozen=True)
class Renamed:
    """A relation, column, schema, label … that kept its identity and lost its name.

    `kind` is PostgreSQL's word for it: `table`, `table column`, `schema`, `enum label` …
    """

    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class Observed:
    """One top-level statement, 0-based `index` in its file or revision.

    `line` is where it begins, in the file of SQL or of the revision. `transaction` numbers the
    transactions of the run: statements with the same one share it. `sampled` is True for one that
    PostgreSQL refuses in a transaction: it was watched from outside while it was held open.

    `locks` were got by this statement on tables and materialized views, `held` by earlier ones of
    the same transaction and still there while it ran; `index_locks` are those on indexes.
    `rewritten` are tables and materialized views whose rows were copied, `rebuilt` indexes that
    were there before (by name: a new oid counts), `built` new indexes on relations that were there
    before, `replaced` relations whose name has got another relation; `copied_bytes` is the size of
    all that was made for these. `read` counts the rows read of each relation that was there before,
    `transactions_written` the transactions that wrote rows (a procedure may commit). `invalid` are
    all indexes that are invalid after it.

    `changes` is the difference between the catalogs before (`expected`) and after it (`actual`),
    `settings` what lock_timeout and the like were when it began, `notices` (SQLSTATE, message) what
    the server said, without RAISE NOTICE. `without_rows` is, of a statement that failed on the
    rows, what it does where there are none. `waits` are those of other sessions that it
    caused, measured in a run of its own.
    """

    index: int
    text: str
    line: int | None
    transaction: int
    seconds: float
    locks: tuple[Lock, ...] = ()
    held: tuple[Lock, ...] = ()
    index_locks: tuple[Lock, ...] = ()
    rewritten: tuple[str, ...] = ()
    rebuilt: tuple[str, ...] = ()
    built: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    copied_bytes: int = 0
    read: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, Rows] = field(default_factory=dict)
    transactions_written: int = 1
    wal_bytes: int = 0
    temporary_bytes: int = 0
    invalid: tuple[str, ...] = ()
    changes: tuple[Difference, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[tuple[str, str], ...] = ()
    failure: Failure | None = None
    sampled: bool = False
    without_rows: "Observed | None" = None
    waits: tuple[Wait, ...] = ()
