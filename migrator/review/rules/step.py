"""What rules look at: one statement as it was observed, and the run that it is part of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from migrator.catalog import Catalog, Difference
from migrator.preflight.modes import Mode
from migrator.review.observed import Lock, Observed
from migrator.review.rehearsal import Rehearsal
from migrator.review.rules import names
from migrator.review.rules.aliases import with_first_names

MANY = 1000
"""Rows from which on reading, writing or copying them counts, where growth is not known."""

_GROWTH = 1.5

_TABLES = ("table", "materialized view", "foreign table")


@dataclass(frozen=True)
class Run:
    """What a rehearsal has shown, as rules ask for it."""

    seen: Rehearsal

    @property
    def before(self) -> Catalog:
        return self.seen.before

    @property
    def after(self) -> Catalog:
        return self.seen.after

    @property
    def version(self) -> int:
        """The server's major version."""
        return int(self.seen.version.partition(".")[0])

    @cached_property
    def steps(self) -> "list[Step]":
        small = {one.index: one for one in with_first_names(self.seen.smaller)}
        seen = with_first_names(self.seen.statements)
        return [Step(self, one, small.get(one.index)) for one in seen]

    @cached_property
    def tables(self) -> dict[str, str]:
        """Kind of each table and materialized view that was there before the migration."""
        keys = self.before.objects
        return {identity: kind for kind, identity in keys if kind in _TABLES}

    @cached_property
    def routines(self) -> list[tuple[str, str]]:
        """Name and definition of each routine that is there before, or is made meanwhile."""
        found = [
            (identity, str(one.attributes.get("definition", "")))
            for (kind, identity), one in self.before.objects.items()
            if kind in names.ROUTINES
        ]
        found += [
            (new.object, new.actual or "")
            for step in self.steps
            for new in step.added
            if new.kind in names.ROUTINES
        ]
        return [(names.last(one.partition("(")[0]), definition) for one, definition in found]

    @property
    def sized(self) -> bool:
        """Whether there were two runs of different size, so that growth can be told."""
        rows = self.seen.rows
        return any(rows.get(table, 0) != count for table, count in self.seen.smaller_rows.items())

    def root(self, table: str) -> str:
        """The table at the top, for a partition or another heir; else the table itself."""
        above = self._above(table)
        return self.root(above[0]) if above else table

    def family(self, table: str) -> list[str]:
        """A table with its partitions or other heirs, at any depth."""
        return [one for one in self.tables if one == table or self._within(one, table)]

    def _within(self, one: str, table: str) -> bool:
        return any(parent == table or self._within(parent, table) for parent in self._above(one))

    def _above(self, table: str) -> list[str]:
        """The tables that one inherits from."""
        return self._inherits.get(table, [])

    @cached_property
    def _inherits(self) -> dict[str, list[str]]:
        found = {}
        for (kind, identity), one in self.before.objects.items():
            listed = one.attributes.get("inherits") if kind in _TABLES else None
            if isinstance(listed, list):
                found[identity] = [name.removesuffix(" (detach pending)") for name in listed]
        return found

    def rows_of(self, table: str) -> int:
        """Rows before the migration, those of partitions included."""
        return self.together(self.seen.rows, table)

    def grows(self, table: str) -> bool:
        """Whether the table gets many rows where the application has many."""
        return self.large(self.rows_of(table), self.together(self.seen.smaller_rows, table))

    def together(self, rows: Mapping[str, int], table: str) -> int:
        """The rows of a table by a count of each, those of its partitions or heirs included."""
        return sum(rows.get(one, 0) for one in self.family(table))

    def large(self, count: int, fewer: int) -> bool:
        """Whether a count of rows matters: it is large, and grows with the data."""
        return count >= MANY and (not self.sized or count >= _GROWTH * fewer)


@dataclass(frozen=True)
class Step:
    """One statement of a run; `small` is the same one in the smaller run, if it got there."""

    run: Run
    seen: Observed
    small: Observed | None

    @property
    def done(self) -> Observed:
        """What it did; of one that the rows have stopped, what it does where there are none."""
        return self.seen.without_rows or self.seen

    @property
    def stopped_by_rows(self) -> bool:
        return self.seen.without_rows is not None and self.seen.without_rows.failure is None

    @cached_property
    def code(self) -> str:
        """Its text, with the definitions of the functions and procedures that it names."""
        texts = [self.seen.text]
        for name, definition in self.run.routines:
            if names.mentions(self.seen.text, name):
                texts.append(definition)
        return "\n".join(texts)

    @property
    def seconds(self) -> float:
        """How long it took, the shorter of both runs: a busy machine slows one of them down."""
        return min(self.seen.seconds, self.small.seconds) if self.small else self.seen.seconds

    @property
    def same_transaction(self) -> "list[Step]":
        return [s for s in self.run.steps if s.seen.transaction == self.seen.transaction]

    @property
    def earlier(self) -> "list[Step]":
        """The statements before it in its transaction."""
        return [step for step in self.same_transaction if step.seen.index < self.seen.index]

    @property
    def later(self) -> "list[Step]":
        """The statements after it in its transaction."""
        return [step for step in self.same_transaction if step.seen.index > self.seen.index]

    def locks(self, at_least: Mode) -> list[Lock]:
        """Those it got itself on tables that were there before."""
        return self._strong(self.done.locks, at_least)

    def held(self, at_least: Mode) -> list[Lock]:
        """Those that earlier statements of its transaction have left it."""
        return self._strong(self.done.held, at_least)

    def _strong(self, locks: Sequence[Lock], at_least: Mode) -> list[Lock]:
        there = self.run.tables
        return [one for one in locks if one.mode >= at_least and one.relation in there]

    def mode(self, table: str) -> Mode | None:
        """The strongest lock on a table while the statement ran."""
        locks = (*self.done.locks, *self.done.held)
        return max((one.mode for one in locks if one.relation == table), default=None)

    def scans(self, at_least: Mode) -> dict[str, int]:
        """Many rows that were read of tables so locked: table -> rows, largest first."""
        found = {
            table: self._rows_read(table)
            for table in self.run.tables
            if (self.mode(table) or 0) >= at_least and self.reads(table)
        }
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def reads(self, table: str) -> bool:
        """Whether many rows of a table were read (or would have been, had they not stopped it)."""
        root = self.run.root(table)
        if self.stopped_by_rows:
            held = self.run.seen.rows.get(table, 0)
            return bool(held) and self.run.grows(root) and not self._is_parent(table)
        if not self.done.read.get(table):
            return False
        fewer = self.run.together(self.small.read, root) if self.small else 0
        return self.run.large(self.run.together(self.done.read, root), fewer)

    def _is_parent(self, table: str) -> bool:
        return len(self.run.family(table)) > 1

    def _rows_read(self, table: str) -> int:
        return self.run.seen.rows.get(table, 0) if self.stopped_by_rows else self.done.read[table]

    def copied(self, table: str) -> list[str]:
        """The table, or those partitions of it, that were rewritten, with many rows in all."""
        family = self.run.family(table)
        found = [one for one in self.done.rewritten if one in family]
        rows, fewer = (
            sum(held.get(one, 0) for one in found)
            for held in (self.run.seen.rows, self.run.seen.smaller_rows)
        )
        return found if self.run.large(rows, fewer) else []

    @cached_property
    def added(self) -> list[Difference]:
        """The objects that it made."""
        return [one for one in self.done.changes if not one.attribute and one.expected is None]

    @cached_property
    def gone(self) -> list[Difference]:
        """The objects that it removed, which were there before the migration."""
        again = {(one.kind, one.object) for one in self.added}
        return [
            one
            for one in self.done.changes
            if not one.attribute
            and one.actual is None
            and (one.kind, one.object) in self.run.before.objects
            and (one.kind, one.object) not in again
            and not self._renamed(one.object)
        ]

    def _renamed(self, identity: str) -> bool:
        """Whether it, or what it is part of, has another name now."""
        old = [one.before for one in self.done.renamed]
        return any(identity == name or identity.startswith(f"{name}.") for name in old)

    def changed(self, attribute: str, *kinds: str) -> Iterator[Difference]:
        """The differences of one attribute, in objects of these kinds."""
        for one in self.done.changes:
            if one.attribute == attribute and (not kinds or one.kind in kinds):
                yield one

    def new_columns(self, table: str) -> dict[str, dict[str, str]]:
        """Name -> attributes of the columns that it added to a table."""
        return {
            names.last(one.object): names.facts(one.actual or "")
            for one in self.added
            if one.kind == "table column" and names.without_last(one.object) == table
        }

    def tables_with_new_columns(self) -> list[str]:
        """The tables, there before, to which it added columns."""
        found = (names.without_last(one.object) for one in self.added if one.kind == "table column")
        return [table for table in dict.fromkeys(found) if table in self.run.tables]
