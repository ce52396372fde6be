"""Candidate rows for one table, each likely to be accepted."""

from collections.abc import Collection, Sequence
from functools import partial
from random import Random

import psycopg

from migrator.rows.columns import column_unit, key_unit
from migrator.rows.component import Component
from migrator.rows.different import different
from migrator.rows.expressions import conjuncts, words
from migrator.rows.judge import Judge
from migrator.rows.sequences import numbers
from migrator.rows.shape import Column, ForeignKey, Table
from migrator.rows.types import Type, Types, domain_check
from migrator.rows.units import Unit
from migrator.rows.values import Maker


class CannotFill(Exception):
    """No row of the table can be made; the reason is one line."""


class Source:
    """The database as far as all plans need it."""

    def __init__(
        self, connection: psycopg.Connection, types: Types, tables: dict[int, Table], seed: int
    ) -> None:
        self.connection = connection
        self.types = types
        self.tables = tables
        self.seed = seed
        self.maker = Maker(types, self._domain_pool)
        self._pools: dict[int, list[str]] = {}

    def _domain_pool(self, one: Type) -> list[str]:
        """Values of a domain, found as those of a table with one column of it."""
        if one.oid not in self._pools:
            column = Column("value", "value", 1, one, False, "", None, None, None)
            alone = Table(
                0, one.sql, "t", "r", False, False, True, True, True, None, None, False,
                (column,), (), (), (), frozenset(("value",)),
            )  # fmt: skip
            (made,) = Plan(self, alone, 200, 0).candidates(200)
            self._pools[one.oid] = [value for value in dict.fromkeys(made) if value is not None]
        return self._pools[one.oid]


class Plan:
    """How to make rows for a table. Raises CannotFill."""

    def __init__(
        self,
        source: Source,
        table: Table,
        wanted: int,
        existing: int,
        without: Collection[ForeignKey] = (),
        promised: Collection[ForeignKey] = (),
    ) -> None:
        """`wanted` rows beside `existing` ones; keys in `without` have no rows to refer to yet.

        Those of them that are `promised` get any value nevertheless.
        """
        self._source = source
        self._table = table
        self._wanted = wanted
        self._existing = existing
        self.rng = Random(f"{source.seed} {table.name} {existing}")  # noqa: S311
        self.columns = [one for one in table.columns if one.generated is None]
        self._own: list[tuple[str, str]] = []
        self._null: set[str] = set()
        self._keys = self._usable_keys(without, promised)
        self._parts = [part for check in self._checks() for part in conjuncts(check)]
        self._components = self._tie(self._units())
        self.conditions = [*self._parts, *self._references()]

    def candidates(self, count: int) -> list[Sequence[str | None]]:
        """The values of each of `columns` for up to `count` rows, 0 when nothing new is left."""
        made: dict[str, Sequence[str | None]] = {name: [None] * count for name in self._null}
        for component in self._components:
            drawn = component.draw(count)
            count = min(count, len(drawn))
            if not count:
                return []
            made.update(zip(component.columns, zip(*drawn, strict=True), strict=True))
        for name, target in self._own:
            made[name] = made[target]
        return [made[column.name][:count] for column in self.columns]

    def _checks(self) -> list[str]:
        checks = [*self._table.checks, *([self._table.bound] if self._table.bound else [])]
        for column in self.columns:
            found = self._source.types.unwrap(column.type)[1]
            checks += [domain_check(check, column.quoted) for check in found]
        return checks

    def _usable_keys(
        self, without: Collection[ForeignKey], promised: Collection[ForeignKey]
    ) -> list[ForeignKey]:
        """The keys with something to refer to; the columns of the others stay NULL."""
        usable = []
        for key in self._table.keys:
            if self._has_rows(key.target) and key not in without:
                usable.append(key)
                continue
            nullable = [name for name in key.columns if self._table.column(name).nullable]
            if key in promised:
                continue
            if nullable:
                self._null.update(key.columns if key.full else nullable)
            elif key.target == self._table.oid:
                pairs = zip(key.columns, key.target_columns, strict=True)
                self._own += [(name, target) for name, target in pairs if name != target]
            else:
                name = self._source.tables[key.target].name
                raise CannotFill(f"it refers to {name}, which has no rows")
        return [key for key in usable if self._null.isdisjoint(key.columns)]

    def _has_rows(self, oid: int) -> bool:
        target = self._source.tables[oid]
        if not target.may_read:
            return False
        only = "" if target.kind == "p" else "ONLY "
        query = f"SELECT EXISTS (SELECT FROM {only}{target.name})"
        return self._source.connection.execute(query.encode()).fetchone() == (True,)

    def _units(self) -> list[Unit]:
        groups: list[list[ForeignKey]] = []
        for key in self._keys:
            alike = [one for one in groups if any(set(k.columns) & set(key.columns) for k in one)]
            groups = [one for one in groups if one not in alike]
            groups.append([key, *(k for one in alike for k in one)])
        distinct, wide = self._different()
        units = []
        for group in groups:
            names = {name for key in group for name in key.columns}
            alone = any(set(one.columns) <= names for one in self._table.uniques)
            unit = key_unit(
                self._source.connection, self._table, group, self._source.tables,
                distinct=alone, rng=self.rng,
            )  # fmt: skip
            if not unit.ordinary and unit.nothing is None:
                raise CannotFill(f"no rows that {', '.join(sorted(names))} can refer to agree")
            units.append(unit)
        taken = {name for unit in units for name in unit.columns} | self._null
        taken.update(name for name, _ in self._own)
        free = [one for one in self.columns if one.name not in taken]
        return units + [self._column(one, distinct, wide) for one in free]

    def _column(self, column: Column, distinct: set[str], wide: set[str]) -> Unit:
        counted = None
        if column.sequence is not None:
            counted = numbers(self._source.connection, self._table, column)
            distinct = distinct | {column.name}
        unit = column_unit(
            self._source.types, self._source.maker, self._table, column,
            [one for one in self._parts if column.quoted in self._mentioned(one)],
            distinct=column.name in distinct,
            wide=max(self._wanted, 50) if column.name in wide else 0,
            counted=counted, start=self._existing, step=self._step(column), rng=self.rng,
        )  # fmt: skip
        if not (unit.ordinary or unit.borders or unit.derived or unit.nothing):
            raise CannotFill(f"no value of type {column.type.sql} is known for {column.name}")
        return unit

    def _step(self, column: Column) -> tuple[int, int]:
        """Columns of one type that an exclusion constraint makes a range of take turns."""
        for unique in self._table.uniques:
            if unique.exclusion and not unique.plain and column.name in unique.columns:
                alike = [
                    name
                    for name in unique.columns
                    if self._table.column(name).type.oid == column.type.oid
                ]
                return len(alike), alike.index(column.name)
        return 1, 0

    def _different(self) -> tuple[set[str], set[str]]:
        keyed = {name for key in self._keys for name in key.columns}
        tied = {one.name for one in self.columns for part in self._parts
                if one.quoted in self._mentioned(part)}  # fmt: skip
        return different(self._table, keyed, self._null, tied)

    def _mentioned(self, condition: str) -> set[str]:
        """The quoted names of the columns that a condition depends on."""
        found = words(condition)
        for column in self._table.columns:
            if column.generated is not None and column.quoted in found:
                found |= words(column.generated)
        return found

    def _tie(self, units: list[Unit]) -> list[Component]:
        """Group the units by the conditions that mention them, and solve each group."""
        names = {one.quoted: one.name for one in self.columns}
        groups: list[tuple[list[Unit], list[str]]] = [([unit], []) for unit in units]
        for condition in self._parts:
            mentioned = {names[word] for word in self._mentioned(condition) if word in names}
            touched = [one for one in groups if any(mentioned & set(u.columns) for u in one[0])]
            if touched:
                groups = [one for one in groups if one not in touched]
                tied = [unit for one in touched for unit in one[0]]
                groups.append((tied, [c for one in touched for c in one[1]] + [condition]))
        judge = partial(_judge, self._source, self._table)
        components = []
        for tied, conditions in groups:
            component = Component(tied, conditions, judge, names, self.rng)
            if not component.possible:
                text = " AND ".join(conditions)
                raise CannotFill(f"found no values that meet {text}")
            components.append(component)
        return components

    def _references(self) -> list[str]:
        """That what foreign keys refer to is there, where it was not taken from there."""
        conditions = []
        alias = self._table.alias
        for key in self._keys:
            target = self._source.tables[key.target]
            pairs = [
                f"referred.{target.column(there).quoted}"
                f" = {alias}.{self._table.column(name).quoted}"
                for name, there in zip(key.columns, key.target_columns, strict=True)
            ]
            nulls = [f"{alias}.{self._table.column(name).quoted} IS NULL" for name in key.columns]
            shares = sum(not set(one.columns).isdisjoint(key.columns) for one in self._keys) > 1
            if shares:
                conditions.append(
                    f"{' OR '.join(nulls)} OR EXISTS (SELECT FROM {target.name} AS referred"
                    f" WHERE {' AND '.join(pairs)})"
                )
        return conditions


def _judge(source: Source, table: Table, columns: Sequence[str], *rest: Sequence) -> Judge:  # type: ignore[type-arg]
    return Judge(
        source.connection, source.types, table, [table.column(one) for one in columns], *rest
    )
