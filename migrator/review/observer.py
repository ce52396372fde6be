"""Sees what each statement of a migration does: a state before it, a state after it, the rest."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg

from migrator.catalog import Catalog, differences
from migrator.preflight.modes import Mode
from migrator.record import TOOLS_OWN
from migrator.review import between
from migrator.review.backend import Backend, Plain
from migrator.review.observed import Failure, Lock, Observed, Rows
from migrator.review.outside import Seen
from migrator.review.state import Named, Relation, State, identities


@dataclass
class _Names:
    """What the schema is called, and what it looks like, at one moment."""

    catalog: Catalog
    identities: Mapping[str, Named]

    @classmethod
    def of(cls, backend: Backend) -> "_Names":
        return cls(backend.catalog().without(TOOLS_OWN), identities(backend))


@dataclass
class _Begun:
    """A statement that runs."""

    text: str
    line: int | None
    state: State
    clock: float = field(default_factory=time.perf_counter)


class Observer:
    """Watches the statements of one backend, which its caller runs one after the other.

    `before` and `after` are called in the transaction of the statement, `committed` and
    `rolled_back` when that transaction is over; `failed` instead of `after` outside of it.
    `rows` are the tables' rows as they were when watching began. `own` is a superuser's connection
    to the same database, in autocommit. Without `schema` no catalogs are read and compared, which
    is what takes most of the time.
    """

    def __init__(
        self, own: psycopg.Connection, backend: Backend | None = None, *, schema: bool = True
    ) -> None:
        self._own, self._schema = own, schema
        self._backend = backend or Plain(own)
        self._names = _Names.of(self._backend) if schema else _Names(Catalog({}), {})
        self.before_all = self._names.catalog
        self._there: dict[int, Relation] = {
            oid: one
            for oid, one in State.of(self._backend).relations.items()
            if one.name.rpartition(".")[2] not in TOOLS_OWN
        }
        self._count = {oid: self._counted(one) for oid, one in self._there.items() if one.stored}
        self.rows = {self._there[oid].name: count for oid, count in self._count.items()}
        self._done: list[Observed] = []
        self._current: list[int] = []  # places in `_done` of the open transaction
        self._at_begin = (dict(self._count), self._names)
        self._transaction = -1
        self._begun: _Begun | None = None

    def watch(self, backend: Backend) -> None:
        """The backend whose statements follow."""
        self._backend = backend

    @property
    def statements(self) -> list[Observed]:
        return self._done

    @property
    def catalog(self) -> Catalog:
        """The schema after the newest statement."""
        return self._names.catalog

    def begin(self) -> None:
        """A transaction begins: what follows shares it until it is over."""
        self._transaction += 1
        self._current = []
        self._at_begin = (dict(self._count), self._names)

    def before(self, text: str, line: int | None = None, *, outside: bool = False) -> None:
        """A statement is about to run, `outside` of any transaction or in the open one."""
        state = State.outside(self._backend, self._own) if outside else State.of(self._backend)
        self._begun = _Begun(text, line, state)

    def after(
        self,
        notices: Collection[tuple[str, str]] = (),
        *,
        seen: Seen | None = None,
        failure: Failure | None = None,
    ) -> Observed:
        """The statement has run; its transaction is still open, or there was none: then `seen`."""
        begun, seconds = self._end()
        seconds -= seen.waited if seen else 0.0
        now = State.outside(self._backend, self._own) if seen else State.of(self._backend)
        if seen:
            now = replace(now, locks=frozenset(seen.locks))
        emptied = self._emptied(begun.state, now)
        names = self._names
        # To go back to a savepoint is no write.
        back = begun.text[:8].upper() == "ROLLBACK"
        changed = seen or back or now.catalog != begun.state.catalog
        if changed and self._schema:
            self._names = _Names.of(self._backend)
        observed = Observed(
            len(self._done),
            begun.text,
            begun.line,
            self._transaction,
            seconds,
            failure=failure,
            sampled=seen is not None,
            wal_bytes=now.wal - begun.state.wal,
            settings=begun.state.settings,
            changes=tuple(differences(names.catalog, self._names.catalog)),
            renamed=tuple(between.renamed(names.identities, self._names.identities)),
            invalid=tuple(sorted(r.name for r in now.relations.values() if not r.valid)),
            **self._locks(begun.state, now),
            **between.files(begun.state, now, self._there, emptied),
            **self._tuples(begun.state, now, emptied),
            **between.said(notices),
        )
        if seen and observed.written:
            writers = self._writers(observed.written, begun.state) | seen.transactions
            observed = replace(observed, transactions_written=len(writers))
        return self._keep(observed)

    def forget(self) -> None:
        """The newest statement is to be run again, in another way."""
        self._done.pop()
        self._transaction -= 1

    def failed_at_commit(self, failure: Failure) -> None:
        """A constraint that is checked at the end has failed; the newest statement is blamed."""
        self._done[-1] = replace(self._done[-1], failure=failure)

    def failed(self, failure: Failure, notices: Collection[tuple[str, str]] = ()) -> Observed:
        """The statement has failed, and its transaction can answer nothing any more."""
        begun, seconds = self._end()
        locks = tuple(self._named(begun.state.locks, begun.state, "rpmf"))
        return self._keep(
            Observed(
                len(self._done),
                begun.text,
                begun.line,
                self._transaction,
                seconds,
                held=locks,
                settings=begun.state.settings,
                failure=failure,
                **between.said(notices),
            )
        )

    def told(
        self,
        text: str,
        line: int | None,
        failure: Failure | None = None,
        notices: Collection[tuple[str, str]] = (),
    ) -> None:
        """A statement that only begins or ends a transaction."""
        self._keep(
            Observed(
                len(self._done),
                text,
                line,
                self._transaction,
                0.0,
                failure=failure,
                **between.said(notices),
            )
        )

    def committed(self) -> None:
        """The transaction is over: from the beginning of each statement on, its locks were held."""
        seconds = 0.0
        since: dict[tuple[str, Mode], float] = {}
        for place in reversed(self._current):
            one = self._done[place]
            seconds += one.seconds
            since.update(
                {(lock.relation, lock.mode): seconds for lock in (*one.locks, *one.index_locks)}
            )
        for place in self._current:
            one = self._done[place]
            self._done[place] = replace(
                one,
                locks=between.held_since(one.locks, since),
                held=between.held_since(one.held, since),
                index_locks=between.held_since(one.index_locks, since),
            )
        self._current = []

    def rolled_back(self) -> None:
        """The transaction is over, and everything is as it was when it began."""
        self.committed()
        count, self._names = self._at_begin
        self._count = dict(count)

    # Parts of an observation

    def _end(self) -> tuple[_Begun, float]:
        if self._begun is None:
            raise LookupError("no statement has begun")
        begun, self._begun = self._begun, None
        return begun, time.perf_counter() - begun.clock

    def _keep(self, seen: Observed) -> Observed:
        self._current.append(len(self._done))
        self._done.append(seen)
        return seen

    def _named(
        self, locks: Collection[tuple[int, Mode]], state: State, kinds: str
    ) -> Iterator[Lock]:
        """The locks on relations that were there, by the names that these had in a state."""
        found = [
            Lock((state.relations.get(oid) or self._there[oid]).name, mode)
            for oid, mode in locks
            if oid in self._there and self._there[oid].kind in kinds
        ]
        yield from sorted(found, key=lambda lock: (lock.relation, lock.mode))

    def _locks(self, before: State, now: State) -> dict[str, Any]:
        new = now.locks - before.locks
        return {
            "locks": tuple(self._named(new, before, "rpmf")),
            "held": tuple(self._named(before.locks, before, "rpmf")),
            "index_locks": tuple(self._named(new, before, "iI")),
        }

    def _emptied(self, before: State, now: State) -> dict[int, int]:
        """The tables that got another file and lost rows with the old one; the rows left."""
        left = {
            oid: self._counted(one)
            for oid, one in now.relations.items()
            if oid in before.relations
            and one.kind == "r"
            and one.file != before.relations[oid].file
        }
        return {oid: rows for oid, rows in left.items() if rows < self._expected(oid, before, now)}

    def _expected(self, oid: int, before: State, now: State) -> int:
        rows = between.written(oid, before, now)
        return self._count.get(oid, 0) + rows.inserted - rows.deleted

    def _tuples(self, before: State, now: State, emptied: Mapping[int, int]) -> dict[str, Any]:
        read: dict[str, int] = {}
        written: dict[str, Rows] = {}
        for oid, one in now.relations.items():
            if not one.has_rows:
                continue
            rows, expected = between.written(oid, before, now), self._expected(oid, before, now)
            if oid in emptied:
                gone = expected - emptied[oid]
                rows = replace(rows, deleted=rows.deleted + gone, truncated=True)
            self._count[oid] = emptied.get(oid, expected)
            if rows != Rows():
                written[one.name] = rows
            was = before.relations.get(oid)
            if was and oid in self._there and one.read > was.read:
                read[was.name] = one.read - was.read
        return {"read": read, "written": written}

    def _writers(self, tables: Iterable[str], before: State) -> set[str]:
        """The transactions since then that left rows; those that only deleted leave none."""
        new = " UNION ".join(
            f"SELECT xmin::text FROM {table} WHERE age(xmin) <= age('{before.next_xid}'::xid)"
            for table in tables
        )
        return {row[0] for row in self._own.execute(new.encode())}

    def _counted(self, one: Relation) -> int:
        if not one.bytes:  # also a materialized view that cannot be read yet
            return 0
        return int(self._backend.ask(f"SELECT count(*) FROM ONLY {one.name}"))
