"""Privileges on what nobody here has made: PostgreSQL's own objects, and those of extensions."""

from collections.abc import Iterator
from dataclasses import replace

from migrator.catalog import Object
from migrator.catalog.privileges import KIND
from migrator.repair.kind import Kind
from migrator.repair.sides import Sides, Work

_TARGETS = {
    "language": "LANGUAGE",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
    "server": "FOREIGN SERVER",
    "schema": "SCHEMA",
    "function": "FUNCTION",
    "procedure": "PROCEDURE",
    "aggregate": "FUNCTION",
    "type": "TYPE",
    "table": "TABLE",
    "view": "TABLE",
    "materialized view": "TABLE",
    "foreign table": "TABLE",
    "sequence": "SEQUENCE",
}


class Privileges(Kind):
    """Changed, and never made or dropped: the object comes and goes with its extension."""

    def __init__(self, grantable: str) -> None:
        super().__init__(grantable=grantable)

    def created(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield from self.altered(one, replace(one, attributes=one.details), {"grants to "}, sides)

    def drop(self, one: Object, sides: Sides) -> Iterator[Work]:
        yield from ()


PRIVILEGES = {f"{KIND}{kind}": Privileges(target) for kind, target in _TARGETS.items()}
