"""Are the tables of the baseline there, each under its name and none of a later revision?"""

import re
from collections.abc import Iterator

from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.shapes import columns, tables
from migrator.adopt.words import tables as words
from migrator.catalog import Difference, differences
from migrator.ops import sql

_NOT_TABLES = ("view", "materialized view", "foreign table")
_KEPT = frozenset({"access method", "comment", "options", "tablespace", "toast options"})
_TELLING = frozenset({"table column", "table constraint"})
_RENAMED = {"sequence": "ALTER SEQUENCE", "index": "ALTER INDEX"}


def nothing_there(look: Look) -> bool:
    """Whether no table of the baseline is there, under any name: nothing to adopt."""
    return not any(_found(look, table) for table in look.shapes.tables)


def in_place(look: Look) -> bool:
    """Whether every table of the baseline is there, so that a closer look makes sense."""
    return all(("table", table) in look.live.objects for table in look.shapes.tables)


def _found(look: Look, table: str) -> bool:
    kinds = ("table", *_NOT_TABLES)
    return any((kind, table) in look.live.objects for kind in kinds) or bool(_twins(look, table))


def whereabouts(look: Look) -> Iterator[Finding]:
    """Tables that are elsewhere, of another kind, or there before their revision."""
    yield from _schema(look)
    for table in look.shapes.tables:
        kind = next((kind for kind in _NOT_TABLES if (kind, table) in look.live.objects), None)
        if kind:
            yield words.not_a_table(table, kind)
            continue
        twins = _twins(look, table)
        if ("table", table) not in look.live.objects:
            yield from _missing(look, table, twins)
        for twin in twins:
            if ("table", table) in look.live.objects and _number(twin) == _number(table):
                unused = f"{_name(twin)}_unused"
                yield words.both_names(table, twin, unused)
    yield from _made_already(look)


def _schema(look: Look) -> Iterator[Finding]:
    current, role = look.rows("SELECT current_schema(), quote_ident(current_user)")[0]
    for wanted in sorted({table.rpartition(".")[0] for table in look.shapes.tables}):
        if wanted != current:
            yield words.wrong_schema(current, wanted, role)


def _twins(look: Look, table: str) -> list[str]:
    """Tables of another name with at least the columns of the baseline's table."""
    wanted = set(columns(look.shapes.baseline, table))
    known = {*look.shapes.tables, *look.shapes.later_tables}
    return [
        other
        for other in tables(look.live)
        if other not in known and wanted <= set(look.columns(other))
    ]


def _name(identity: str) -> str:
    return identity.rpartition(".")[2].strip('"')


def _number(identity: str) -> str:
    """The name without its plural: `task` and `tasks` are one thing."""
    return re.sub(r"e?s$", "", _name(identity).lower())


def _missing(look: Look, table: str, twins: list[str]) -> Iterator[Finding]:
    if not twins:
        yield words.missing(table, look.shapes.revision)
    for twin in twins:
        yield words.elsewhere(table, twin, _renames(look, table, twin))


def _renames(look: Look, table: str, twin: str) -> list[str]:
    """Statements that give `twin`, and what is named after it, the names after `table`."""
    old, new = _name(twin), _name(table)
    schema, wanted = twin.rpartition(".")[0], table.rpartition(".")[0]
    statements = [f"ALTER TABLE {twin} SET SCHEMA {wanted}"] if schema != wanted else []
    if old != new:
        statements.append(f"ALTER TABLE {wanted}.{_quoted(twin)} RENAME TO {_quoted(table)}")
    for (kind, identity), one in sorted(look.live.only([twin]).objects.items()):
        if kind in _RENAMED and (name := _renamed(_name(identity), old, new)):
            moved = f"{wanted}.{_quoted(identity)}"
            statements.append(f"{_RENAMED[kind]} {moved} RENAME TO {name}")
        elif kind == "table constraint" and ("table", twin) in one.parents:
            constraint = identity.partition(" on ")[0]
            if name := _renamed(constraint, old, new):
                statements.append(f"ALTER TABLE {table} RENAME CONSTRAINT {constraint} TO {name}")
    return statements


def _quoted(identity: str) -> str:
    return identity.rpartition(".")[2]


def _renamed(name: str, old: str, new: str) -> str | None:
    """`ix_task_user_id` becomes `ix_tasks_user_id`; None when the table's name is not in it."""
    changed = re.sub(rf"(?<![a-z0-9]){re.escape(old)}(?![a-z0-9])", new, name.strip('"'))
    if changed == name.strip('"'):
        return None
    return sql.name(changed)


def _made_already(look: Look) -> Iterator[Finding]:
    later = [t for t in look.shapes.later_tables if ("table", t) in look.live.objects]
    if later:
        evidence, counts = [], []
        for table in later:
            wanted = look.shapes.head.only([table])
            found = differences(wanted, look.live.only([table]))
            lines = [
                str(one) for one in found if one.kind in _TELLING and one.attribute != "comment"
            ]
            counts.append(look.count(table, "true") if look.readable(table) else None)
            evidence += words.how_it_differs(table, counts[-1], lines)
        yield words.made_already(later, counts.count(0) == len(later), evidence)
    yield from _objects_made_already(look)


def _objects_made_already(look: Look) -> Iterator[Finding]:
    """Functions, types, views … of head that stand in the way of the revision that makes them."""
    shapes = look.shapes
    for (kind, identity), one in sorted(shapes.head.objects.items()):
        new = (kind, identity) not in shapes.baseline.objects and kind != "table"
        if new and not one.parents and (kind, identity) in look.live.objects:
            yield words.object_made_already(kind, identity, f"DROP {kind.upper()} {identity}")


def difference(_look: Look, found: Difference) -> Iterator[Finding]:
    """A table of the baseline that is not quite as the baseline makes it."""
    name, attribute = found.object, found.attribute
    if attribute == "row security forced":
        yield words.force_row_security(name)
    elif attribute == "row security":
        yield words.row_security(name)
    elif attribute == "unlogged":
        yield words.unlogged(name)
    elif attribute in _KEPT or attribute.startswith(("grants to ", "replica")):
        yield words.kept("table", name, attribute, found.actual or "not set")
    else:
        yield words.unknown_difference("table", name, attribute, found.expected, found.actual)
