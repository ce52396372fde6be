"""Where numbers of rows come from: a sequence that the column owns, as SERIAL makes it."""

import re
from collections.abc import Iterator

from migrator.adopt.columns import is_serial, name_of
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look, shown
from migrator.adopt.shapes import columns, table_of
from migrator.adopt.words import keys as words
from migrator.adopt.words import tables as table_words
from migrator.catalog import Difference, Object
from migrator.ops.sql import literal

_SEQUENCE = re.compile(r"^nextval\('(.+)'::regclass\)$")


def difference(look: Look, found: Difference) -> Iterator[Finding]:
    """What a sequence's difference from the baseline means; those of `generators` are left out."""
    key = (found.kind, found.object)
    if not found.attribute:
        if found.actual is not None and not _generates(look, found.object):
            yield table_words.not_in_baseline("sequence", found.object, found.actual)
        return
    if found.attribute == "owned by" or _is_of_identity(look, found.object):
        return
    actual, wanted = look.live.objects[key], look.shapes.baseline.objects[key]
    retyped = actual.attributes["type"] != wanted.attributes["type"]
    if found.attribute == "type":
        there, expected = str(actual.attributes["type"]), str(wanted.attributes["type"])
        yield words.sequence_type(found.object, there, expected)
    elif not (retyped and found.attribute == "maximum"):  # which comes with the type
        yield table_words.kept("sequence", found.object, found.attribute, found.actual or "not set")


def generators(look: Look) -> Iterator[Finding]:
    """Columns that take their values from elsewhere than the baseline's sequence."""
    for wanted in _serial_columns(look):
        actual = look.live.objects.get(wanted.key)
        if actual is not None:
            yield from _generator(look, wanted, actual)


def positions(look: Look) -> Iterator[Finding]:
    """Sequences that would give a number that a row has already."""
    for wanted in _serial_columns(look):
        table, column = table_of(wanted), name_of(wanted)
        sequence = sequence_of(wanted)
        known = wanted.key in look.live.objects and ("sequence", sequence) in look.live.objects
        if not known or not look.readable(sequence) or not look.readable(table):
            continue
        query = f"SELECT last_value + is_called::int FROM {sequence}"
        following = look.scalar(query)
        largest = look.scalar(f"SELECT coalesce(max({column}), 0) FROM {table}")
        if following <= largest:
            yield words.sequence_behind(
                sequence, following, largest, _set_position(sequence, table, column, 0)
            )


def _serial_columns(look: Look) -> list[Object]:
    return [
        column
        for table in look.shapes.tables
        for column in columns(look.shapes.baseline, table).values()
        if is_serial(column)
    ]


def sequence_of(column: Object) -> str:
    """The sequence in the column's default."""
    found = _SEQUENCE.match(str(column.attributes.get("default", "")))
    return found.group(1).replace("''", "'") if found else ""


def _generates(look: Look, sequence: str) -> bool:
    """Whether the sequence is one that `generators` speaks of."""
    for wanted in _serial_columns(look):
        actual = look.live.objects.get(wanted.key)
        owned = ("sequence", sequence) in look.live.objects and (
            wanted.key in look.live.objects["sequence", sequence].parents
        )
        if (
            actual
            and owned
            and ("identity" in actual.attributes or sequence_of(actual) == sequence)
        ):
            return True
    return False


def _is_of_identity(look: Look, sequence: str) -> bool:
    owners = look.live.objects["sequence", sequence].parents
    return any("identity" in look.live.objects[owner].attributes for owner in owners)


def _generator(look: Look, wanted: Object, actual: Object) -> Iterator[Finding]:
    table, column = table_of(wanted), name_of(wanted)
    sequence, there = sequence_of(wanted), look.live.objects
    default = str(actual.attributes.get("default", ""))
    found = there.get(("sequence", sequence))
    if "identity" in actual.attributes:
        yield words.generator(actual.identity, "an identity", _from_identity(look, wanted))
    elif default == wanted.attributes["default"]:
        if found and wanted.key not in found.parents:
            yield words.generator(
                actual.identity,
                f'"{shown(sequence)}", which it does not own',
                [f"ALTER SEQUENCE {sequence} OWNED BY {wanted.identity}"],
            )
    elif default and not is_serial(actual):
        yield words.generator_default(table, column, default, str(wanted.attributes["default"]))
    elif found:
        source = f'"{shown(sequence_of(actual))}"' if default else "nowhere"
        yield words.generator_unknown(actual.identity, source, sequence)
    elif default:
        other = sequence_of(actual)
        yield words.generator(
            actual.identity,
            f'"{shown(other)}"',
            [
                f"ALTER SEQUENCE {other} RENAME TO {sequence.rpartition('.')[2]}",
                f"ALTER SEQUENCE {sequence} OWNED BY {wanted.identity}",
            ],
        )
    else:
        yield words.generator(actual.identity, "nowhere", _new_sequence(look, wanted, 0))


def _from_identity(look: Look, wanted: Object) -> list[str]:
    """Take the identity away and go on counting where it stood, also past deleted rows."""
    table, column = table_of(wanted), name_of(wanted)
    owned = [
        one.identity
        for one in look.live.objects.values()
        if one.kind == "sequence" and wanted.key in one.parents
    ]
    reached = 0
    if owned and look.readable(owned[0]):
        reached = look.scalar(f"SELECT last_value FROM {owned[0]}")
    drop = f"ALTER TABLE {table} ALTER COLUMN {column} DROP IDENTITY"
    return [drop, *_new_sequence(look, wanted, reached)]


def _new_sequence(look: Look, wanted: Object, reached: int) -> list[str]:
    table, column, sequence = table_of(wanted), name_of(wanted), sequence_of(wanted)
    type_ = look.shapes.baseline.objects["sequence", sequence].attributes["type"]
    return [
        f"CREATE SEQUENCE {sequence} AS {type_} OWNED BY {wanted.identity}",
        f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {wanted.attributes['default']}",
        _set_position(sequence, table, column, reached),
    ]


def _set_position(sequence: str, table: str, column: str, reached: int) -> str:
    largest = f"(SELECT coalesce(max({column}), 0) FROM {table})"
    return f"SELECT setval({literal(sequence)}, greatest({largest}, {reached}) + 1, false)"
