"""What is said about keys, constraints, sequences and indexes of the baseline's tables."""

from collections.abc import Sequence

from migrator.adopt.finding import Finding, block, note, repair
from migrator.adopt.look import shown


def generator(column: str, actual: str, sql: Sequence[str]) -> Finding:
    return repair(
        "generator",
        column,
        f'"{shown(column)}" gets its values from {actual}, not from the sequence of the first '
        "revision",
        *sql,
    )


def generator_unknown(column: str, actual: str, sequence: str) -> Finding:
    return block(
        "generator_unknown",
        column,
        f'"{shown(column)}" gets its values from {actual}, and "{shown(sequence)}" is taken',
        f"ALTER SEQUENCE {sequence} RENAME TO {sequence.rpartition('.')[2].strip(chr(34))}_unused",
        detail="revisions name that sequence",
    )


def generator_default(table: str, column: str, actual: str, wanted: str) -> Finding:
    return block(
        "generator_default",
        f"{table}.{column}",
        f'"{shown(f"{table}.{column}")}" has a default that is no sequence',
        f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {wanted}",
        detail=f"there: {actual}",
    )


def sequence_type(sequence: str, actual: str, wanted: str) -> Finding:
    return repair(
        "sequence_type",
        sequence,
        f'sequence "{shown(sequence)}" is {actual} and becomes {wanted}',
        f"ALTER SEQUENCE {sequence} AS {wanted}",
    )


def sequence_behind(sequence: str, next_value: int, largest: int, sql: str) -> Finding:
    return repair(
        "sequence_behind",
        sequence,
        f'sequence "{shown(sequence)}" is behind: an INSERT would meet a key that is there',
        sql,
        detail=f"next value {next_value}, largest key {largest}",
    )


def renamed(kind: str, table: str, actual: str, wanted: str, sql: str, definition: str) -> Finding:
    return repair(
        "renamed",
        table,
        f'{kind} "{shown(actual)}" is called "{shown(wanted)}" by the revisions',
        sql,
        detail=definition,
    )


def primary_key(table: str, actual: str | None, wanted: str, sql: Sequence[str]) -> Finding:
    return block(
        "primary_key",
        table,
        f'"{shown(table)}" has {"another" if actual else "no"} primary key',
        *sql,
        detail=f"there: {actual or 'nothing'}\nexpected: {wanted}",
    )


def constraint_missing(table: str, name: str, definition: str) -> Finding:
    return block(
        "constraint_missing",
        f"{name} on {table}",
        f'"{shown(table)}" has no constraint "{shown(name)}"',
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}",
        detail=f"expected: {definition}",
    )


def constraint_differs(table: str, name: str, actual: str, wanted: str) -> Finding:
    return block(
        "constraint_differs",
        f"{name} on {table}",
        f'constraint "{shown(name)}" of "{shown(table)}" is another one',
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {wanted}",
        detail=f"there: {actual}\nexpected: {wanted}",
    )


def not_validated(table: str, name: str) -> Finding:
    return block(
        "not_validated",
        f"{name} on {table}",
        f'constraint "{shown(name)}" of "{shown(table)}" is not validated',
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
    )


def foreign_key_elsewhere(
    table: str, name: str, actual: str, wanted: str, update: str | None
) -> Finding:
    return block(
        "foreign_key_elsewhere",
        f"{name} on {table}",
        f'"{shown(name)}" points at "{shown(actual)}", not at "{shown(wanted)}"',
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        *([update] if update else []),
        detail=f'ids of "{shown(actual)}" mean nothing in "{shown(wanted)}": replace them, then '
        "examine again for those that are left",
    )


def foreign_key_replaced(table: str, name: str, definition: str) -> Finding:
    return repair(
        "foreign_key_replaced",
        f"{name} on {table}",
        f'key "{shown(name)}" is dropped: a later revision adds its own',
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        detail=definition,
    )


def constraint_replaced(table: str, name: str, definition: str) -> Finding:
    return repair(
        "constraint_replaced",
        f"{name} on {table}",
        f'constraint "{shown(name)}" is dropped: a later revision adds it',
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        detail=definition,
    )


def constraint_kept(table: str, name: str, definition: str) -> Finding:
    return note(
        "constraint_kept",
        f"{name} on {table}",
        f'constraint "{shown(name)}" is unknown to the revisions; it stays',
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        detail=f"{definition}\nthe new code must satisfy it too",
    )


def index_missing(index: str, definition: str, size: str) -> Finding:
    return repair(
        "index_missing",
        index,
        f'index "{shown(index)}" is missing',
        definition,
        detail=f"nobody writes to the table ({size}) while it is built",
    )


def index_missing_large(index: str, definition: str, size: str) -> Finding:
    return block(
        "index_missing",
        index,
        f'index "{shown(index)}" is missing, and the table is too large to build it in passing',
        definition.replace("INDEX", "INDEX CONCURRENTLY", 1),
        detail=f"table of {size}; built like this it stops nobody",
    )


def index_differs(index: str, actual: str, wanted: str) -> Finding:
    schema, _, name = index.rpartition(".")
    old = f"{name.strip(chr(34))}_old"
    return block(
        "index_differs",
        index,
        f'index "{shown(index)}" is another one',
        f'ALTER INDEX {schema}.{name} RENAME TO "{old}"',
        detail=f"there: {actual}\nexpected: {wanted}",
    )


def index_invalid(index: str) -> Finding:
    return block(
        "index_invalid",
        index,
        f'index "{shown(index)}" is invalid: its build was interrupted',
        f"REINDEX INDEX CONCURRENTLY {index}",
        f"-- or, if nobody needs it: DROP INDEX CONCURRENTLY {index}",
    )


def index_replaced(index: str, definition: str) -> Finding:
    return repair(
        "index_replaced",
        index,
        f'index "{shown(index)}" is dropped: a later revision builds it',
        f"DROP INDEX {index}",
        detail=definition,
    )


def index_kept(index: str, definition: str) -> Finding:
    return note(
        "index_kept",
        index,
        f'index "{shown(index)}" is unknown to the revisions; it stays',
        f"DROP INDEX CONCURRENTLY {index}",
        detail=definition,
    )
