"""The types of a database as far as values of them must be made."""

import re
from dataclasses import dataclass, replace

import psycopg

from migrator.rows.attempt import attempt

_QUERY = """
    SELECT t.oid::int8, t.typname::text, format_type(t.oid, NULL), t.typtype::text,
        t.typcategory::text, t.typbasetype::int8, t.typtypmod, t.typnotnull,
        CASE WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc AND t.typlen = -1
            THEN t.typelem::int8 ELSE 0 END,
        coalesce((SELECT rngsubtype::int8 FROM pg_range
            WHERE t.oid IN (rngtypid, rngmultitypid)), 0),
        ARRAY(SELECT enumlabel::text FROM pg_enum
            WHERE enumtypid = t.oid ORDER BY enumsortorder),
        ARRAY(SELECT a.atttypid::int8 FROM pg_attribute AS a
            WHERE a.attrelid = t.typrelid AND t.typtype = 'c'
                AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
        ARRAY(SELECT a.atttypmod FROM pg_attribute AS a
            WHERE a.attrelid = t.typrelid AND t.typtype = 'c'
                AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
        ARRAY(SELECT pg_get_constraintdef(c.oid) FROM pg_constraint AS c
            WHERE c.contypid = t.oid AND c.contype = 'c' ORDER BY c.conname)
    FROM pg_type AS t WHERE t.typtype <> 'p'
"""

_FIELDS = (
    "oid", "name", "sql", "kind", "category", "base", "base_modifier", "not_null", "element",
    "subtype",
)  # fmt: skip


@dataclass(frozen=True)
class Type:
    """A type with its modifier (-1: none), as pg_attribute.atttypmod has it."""

    oid: int
    name: str
    """Its name in pg_type, without schema."""
    sql: str
    """Its name in SQL, without modifier."""
    kind: str
    """pg_type.typtype: b(ase), c(omposite), d(omain), e(num), r(ange), m(ultirange)."""
    category: str
    base: int
    base_modifier: int
    not_null: bool
    element: int
    subtype: int
    labels: tuple[str, ...]
    fields: tuple[tuple[int, int], ...]
    checks: tuple[str, ...]
    """Of a domain, as `CHECK ((VALUE > 0))`."""
    modifier: int = -1

    @property
    def length(self) -> int | None:
        """The longest text in characters, or bits, that the modifier allows."""
        if self.modifier < 0:
            return 1 if self.name in {"bpchar", "bit"} else None
        if self.name in {"varchar", "bpchar"}:
            return self.modifier - 4
        return self.modifier if self.name in {"bit", "varbit"} else None

    @property
    def precision(self) -> tuple[int, int] | None:
        """Digits and scale of a numeric; the scale may be negative."""
        if self.name != "numeric" or self.modifier < 4:
            return None
        digits, scale = divmod(self.modifier - 4, 1 << 16)
        scale &= 0x7FF
        return digits & 0xFFFF, scale - 2048 if scale >= 1024 else scale


class Types:
    """All types of a database by oid."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._spelled: dict[tuple[int, int], str] = {}
        self._types: dict[int, Type] = {}
        for row in connection.execute(_QUERY):
            *_, labels, fields, modifiers, checks = row
            made = Type(
                **dict(zip(_FIELDS, row, strict=False)),
                labels=tuple(labels),
                fields=tuple(zip(fields, modifiers, strict=True)),
                checks=tuple(checks),
            )
            self._types[made.oid] = made

    def get(self, oid: int, modifier: int = -1) -> Type:
        return replace(self._types[oid], modifier=modifier)

    def unwrap(self, one: Type) -> tuple[Type, tuple[str, ...], bool]:
        """The type below all domains, their checks, and whether one of them is NOT NULL."""
        checks: tuple[str, ...] = ()
        not_null = False
        while one.kind == "d":
            checks += one.checks
            not_null = not_null or one.not_null
            one = self.get(one.base, one.base_modifier)
        return one, checks, not_null

    def spell(self, one: Type) -> str:
        """The type below all domains as SQL has it, with its modifier."""
        base = self.unwrap(one)[0]
        key = base.oid, base.modifier
        if key not in self._spelled:
            found = self._connection.execute("SELECT format_type(%s, %s)", key).fetchone()
            self._spelled[key] = str(found[0]) if found else base.sql
        return self._spelled[key]

    def valid(self, one: Type, values: list[str]) -> list[str]:
        """Those of the values that the type reads without an error."""
        base = self.unwrap(one)[0]
        if base.category == "S":
            return [value for value in values if len(value) <= (base.length or len(value))]
        query = f"SELECT count(v::{self.spell(one)}) FROM unnest(%s::text[]) AS v".encode()
        try:
            with attempt(self._connection):
                self._connection.execute(query, [values])
        except psycopg.NotSupportedError:  # a server built without the type, such as xml
            return []
        except (psycopg.DataError, psycopg.errors.UndefinedObject):
            if len(values) <= 1:
                return []
            half = len(values) // 2
            return self.valid(one, values[:half]) + self.valid(one, values[half:])
        return values

    def parts(self, one: Type) -> list[Type]:
        """The types of the values inside a value."""
        if one.element:
            return [self.get(one.element, one.modifier)]
        if one.subtype:
            return [self.get(one.subtype)]
        return [self.get(oid, modifier) for oid, modifier in one.fields]


def domain_check(definition: str, value: str) -> str:
    """The condition of a domain's CHECK with an expression in the place of VALUE."""
    condition = re.sub(r"^CHECK \((.*)\)( NOT VALID)?$", r"\1", definition, flags=re.DOTALL)
    return re.sub(
        r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\bVALUE\b",
        lambda found: value if found[0] == "VALUE" else found[0],
        condition,
    )
