"""Rows whose key would point at nothing: why, and where they go if that is wanted."""

from collections.abc import Iterator

from migrator.adopt import types
from migrator.adopt.access import referable
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look
from migrator.adopt.shapes import ForeignKey, definition, foreign_key
from migrator.adopt.words import rows as words
from migrator.ops import sql

SHOWN = 50
"""Values that are shown, of however many there are."""

_BLANKS = r"E' \t\r\n'"

_PUT_BACK = "to put back what has its owner again"

# What may have been written instead of an id: the same made of the target and of the value.
_CAUSES = {
    "padded": ("{id}", f"btrim({{value}}, {_BLANKS})"),
    "email": ("lower(email)", f"lower(btrim({{value}}, {_BLANKS}))"),
    "letters": ("lower({id})", "lower({value})"),
}


def orphans(look: Look, table: str) -> Iterator[Finding]:
    """The rows of a table that refer to nothing, by each key that a later revision adds."""
    keys = [
        key
        for key in look.shapes.new_keys
        if key.table == table and _comparable(look, key) and referable(look, key)
    ]
    lost = [key for key in keys if look.count(table, _lost(key))]
    if lost and look.options.orphans == "quarantine":
        yield from _quarantine(look, table, lost)
    else:
        yield from (_refused(look, key) for key in lost)


def _comparable(look: Look, key: ForeignKey) -> bool:
    return all(
        types.comparable(look.type_of(key.table, column), look.type_of(key.target, target))
        for column, target in _pairs(key)
    )


def _pairs(key: ForeignKey) -> list[tuple[str, str]]:
    return list(zip(key.columns.split(", "), key.target_columns.split(", "), strict=True))


def _lost(key: ForeignKey) -> str:
    """The condition under which a row `t` refers to nothing."""
    given = " AND ".join(f"t.{column} IS NOT NULL" for column, _ in _pairs(key))
    same = " AND ".join(f"u.{target} = t.{column}" for column, target in _pairs(key))
    return f"{given} AND NOT EXISTS (SELECT FROM {key.target} AS u WHERE {same})"


def _refused(look: Look, key: ForeignKey) -> Finding:
    found = look.rows(_classified(look, key))
    met = {row.cause for row in found}
    return words.orphans(
        key.table,
        key.columns,
        key.target,
        (sum(row.n for row in found), len(found), look.count(key.table, "true")),
        [words.orphan_line(row.value, row.n, row.cause) for row in found[:SHOWN]],
        [_update(key, cause) for cause in _causes(look, key) if cause in met],
    )


def _causes(look: Look, key: ForeignKey) -> list[str]:
    """The causes that can be: only single texts may be written in another way."""
    target = look.columns(key.target)
    if not types.is_text(str(look.type_of(key.table, key.columns))):
        return []
    email = target.get("email")
    has_email = email is not None and types.is_text(str(email.attributes["type"]))
    return [cause for cause in _CAUSES if cause != "email" or has_email]


def _classified(look: Look, key: ForeignKey) -> str:
    """A query of the values that refer to nothing, with their number of rows and the cause."""
    value = " || ' ' || ".join(f"t.{column}::text" for column, _ in _pairs(key))
    joins, whens = [], ["WHEN l.value = '' THEN 'empty'"]
    for cause in _causes(look, key):
        _, written = _expressions(key, cause, "l.value")
        joins.append(f"LEFT JOIN {_unique(key, cause)} AS {cause} ON {cause}.match = {written}")
        whens.append(f"WHEN {cause}.match IS NOT NULL THEN {sql.literal(cause)}")
    return (
        f"SELECT l.value, l.n, CASE {' '.join(whens)} ELSE 'none' END AS cause FROM ("
        f"SELECT {value} AS value, count(*) AS n FROM {key.table} AS t"
        f" WHERE {_lost(key)} GROUP BY 1) AS l {' '.join(joins)} ORDER BY l.n DESC, l.value"
    ).replace(":", "\\:")


def _expressions(key: ForeignKey, cause: str, value: str) -> tuple[str, str]:
    target, written = _CAUSES[cause]
    return target.format(id=key.target_columns), written.format(value=value)


def _unique(key: ForeignKey, cause: str) -> str:
    """What is beyond doubt: matches that one row of the target has, and no other."""
    target, _ = _expressions(key, cause, "")
    return (
        f"(SELECT {target} AS match, min({key.target_columns}) AS id FROM {key.target}"
        " GROUP BY 1 HAVING count(*) = 1)"
    )


def _update(key: ForeignKey, cause: str) -> str:
    _, written = _expressions(key, cause, f"t.{key.columns}")
    return (
        f"UPDATE {key.table} AS t SET {key.columns} = m.id\n"
        f"FROM {_unique(key, cause)} AS m\n"
        f"WHERE m.match = {written}\n    AND {_lost(key)}"
    )


def _quarantine(look: Look, table: str, keys: list[ForeignKey]) -> Iterator[Finding]:
    schema, _, name = table.rpartition(".")
    target = f"{schema}.{sql.name(name.strip(chr(34)) + '_orphaned')}"
    obstacles = list(_obstacles(look, table, target))
    yield from obstacles
    if obstacles:
        return
    lost = " OR ".join(f"({_lost(key)})" for key in keys)
    columns = ", ".join(look.columns(table))
    back = _back(look, table, target, keys)
    statements = [
        f"CREATE TABLE {target} (LIKE {table}, quarantined_at timestamptz NOT NULL DEFAULT now())",
        f"WITH moved AS (DELETE FROM {table} AS t WHERE {lost} RETURNING {columns})\n"
        f"INSERT INTO {target} ({columns}) SELECT {columns} FROM moved",
        f"COMMENT ON TABLE {target} IS {sql.literal(f'{_PUT_BACK}: {back}')}",
    ]
    named = ", ".join(key.columns for key in keys)
    yield words.quarantined(table, target, named, look.count(table, lost), statements)


def _obstacles(look: Look, table: str, target: str) -> Iterator[Finding]:
    if any(identity == target for _, identity in look.live.objects):
        yield words.quarantine_exists(target)
    for (kind, identity), one in sorted(look.live.objects.items()):
        if kind == "table constraint" and (key := foreign_key(one)) and key.target == table:
            yield words.quarantine_referred(table, identity, definition(one))


def _back(look: Look, table: str, target: str, keys: list[ForeignKey]) -> str:
    """The statement that moves rows back, at head, where times have their zone."""
    zone = sql.literal(look.options.legacy_timezone or "UTC")
    naive, columns = look.naive(table), look.columns(table)
    names = [name for name, one in columns.items() if "generated" not in one.attributes]
    values = [f"{name} AT TIME ZONE {zone}" if name in naive else name for name in names]
    found = " AND ".join(f"NOT ({_lost(key)})" for key in keys)
    return (
        f"WITH back AS (DELETE FROM {target} AS t WHERE {found} RETURNING {', '.join(names)}) "
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM back"
    )
