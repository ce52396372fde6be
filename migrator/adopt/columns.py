"""Are the columns of the baseline as the baseline makes them, or such that they can become so?"""

from collections.abc import Iterator

from migrator.adopt import types
from migrator.adopt.finding import Finding
from migrator.adopt.look import Look, shown
from migrator.adopt.shapes import columns, table_of
from migrator.adopt.words import columns as words
from migrator.adopt.words import tables as table_words
from migrator.catalog import Difference, Object

_KEPT = frozenset({"comment", "compression", "options", "statistics target", "storage"})


def difference(look: Look, found: Difference) -> Iterator[Finding]:
    """What a column's difference from the baseline means."""
    key = (found.kind, found.object)
    if not found.attribute:
        if found.actual is None:
            yield _missing(look, look.shapes.baseline.objects[key])
        else:
            yield from _unexpected(look, look.live.objects[key])
        return
    wanted, actual = look.shapes.baseline.objects[key], look.live.objects[key]
    if found.attribute == "type":
        yield from _type(look, wanted, actual)
    elif found.attribute == "not null":
        yield _nullability(look, actual)
    elif found.attribute == "default" and "default" not in wanted.attributes:
        yield _default(look, actual)
    elif found.attribute in _KEPT or found.attribute.startswith("grants to "):
        yield table_words.kept("column", found.object, found.attribute, found.actual or "not set")
    elif not is_serial(wanted):  # of which migrator.adopt.generators speaks
        yield table_words.unknown_difference(
            "column", found.object, found.attribute, found.expected, found.actual
        )


def is_serial(column: Object) -> bool:
    """Whether the column takes its values from a sequence."""
    return str(column.attributes.get("default", "")).startswith("nextval(")


def name_of(column: Object) -> str:
    """The column's name without its table's, as SQL writes it."""
    return column.identity.removeprefix(f"{table_of(column)}.")


def _default_at_head(look: Look, table: str, column: str) -> str | None:
    later = look.head_column(table, column)
    return str(later.attributes["default"]) if later and "default" in later.attributes else None


def _missing(look: Look, wanted: Object) -> Finding:
    table, column = table_of(wanted), name_of(wanted)
    default = _default_at_head(look, table, column)
    not_null = wanted.attributes["not null"] is True
    return words.missing(table, column, str(wanted.attributes["type"]), default, not_null)


def _type(look: Look, wanted: Object, actual: Object) -> Iterator[Finding]:
    table, column = table_of(wanted), name_of(wanted)
    there, expected = str(actual.attributes["type"]), str(wanted.attributes["type"])
    later = look.head_column(table, column)
    if later and later.attributes["type"] == there:
        yield words.type_kept(actual.identity, there, expected)
    elif types.widens(there, expected):
        yield words.type_freed(table, column, there, expected)
    elif limit := types.narrows(there, expected):
        yield _narrowed(look, table, column, there, expected, limit)
    else:
        zone = look.options.legacy_timezone or "UTC"
        *_, convert = types.conversion(table, column, there, expected, zone)
        using = convert.rpartition(" USING ")[2]
        yield words.type_differs(
            table, column, there, expected, using, _referred(look, table, column)
        )


def _narrowed(
    look: Look, table: str, column: str, there: str, expected: str, limit: int
) -> Finding:
    too_long = 0
    if look.readable(table):
        too_long = look.count(table, f"char_length({column}) > {limit}")
    if too_long:
        key = primary_key(look, table)
        return words.values_too_long(table, column, key, limit, expected, too_long)
    size = look.rows("SELECT pg_size_pretty(pg_total_relation_size(:table))", table=table)[0][0]
    return words.type_narrowed(table, column, there, expected, size)


def primary_key(look: Look, table: str) -> str:
    """The columns that name a row of the table, by the baseline."""
    for (kind, _), one in look.shapes.baseline.only([table]).objects.items():
        text = str(one.attributes.get("definition", ""))
        if kind == "table constraint" and text.startswith("PRIMARY KEY ("):
            return text.removeprefix("PRIMARY KEY (").partition(")")[0]
    return "*"


def _referred(look: Look, table: str, column: str) -> str | None:
    """What the column's key will point at, such as `"user"."id", which is text`."""
    for key in look.shapes.new_keys:
        if (key.table, key.columns) == (table, column):
            type_ = look.type_of(key.target, key.target_columns)
            name = f'"{shown(key.target)}.{key.target_columns}"'
            return f"{name}, which is {type_}" if type_ else name
    return None


def _nullability(look: Look, actual: Object) -> Finding:
    table, column = table_of(actual), name_of(actual)
    if actual.attributes["not null"]:
        return words.required(table, column)
    nulls = look.count(table, f"{column} IS NULL") if look.readable(table) else 0
    if nulls:
        return words.nulls(table, column, nulls, _default_at_head(look, table, column))
    return words.nullable(table, column)


def _default(look: Look, actual: Object) -> Finding:
    table, column = table_of(actual), name_of(actual)
    default, later = str(actual.attributes["default"]), _default_at_head(look, table, column)
    if later:
        return words.default_replaced(actual.identity, default, later)
    return words.default_kept(table, column, default)


def _unexpected(look: Look, actual: Object) -> Iterator[Finding]:
    table, column = table_of(actual), name_of(actual)
    if later := look.head_column(table, column):
        yield from _early(look, table, column, actual, later)
        return
    type_ = str(actual.attributes["type"])
    given = {"default", "identity", "generated"} & actual.attributes.keys()
    if actual.attributes["not null"] and not given:
        yield words.unknown_required(table, column, type_, types.empty_value(type_))
    else:
        yield words.unknown(table, column, type_)


def early_columns(look: Look) -> list[str]:
    """Columns of head, as `table.column`, that are there though the baseline has none."""
    return [
        f"{table.rpartition('.')[2]}.{column}".replace('"', "")
        for table in look.shapes.tables
        for column in columns(look.shapes.head, table)
        if column not in columns(look.shapes.baseline, table) and column in look.columns(table)
    ]


def _early(look: Look, table: str, column: str, actual: Object, later: Object) -> Iterator[Finding]:
    there, wanted = str(actual.attributes["type"]), str(later.attributes["type"])
    for special in sorted({"generated", "identity"} & actual.attributes.keys()):
        value = str(actual.attributes[special])
        yield table_words.unknown_difference("column", actual.identity, special, None, value)
        return
    if there != wanted and not types.widens(there, wanted):
        zone = look.options.legacy_timezone or "UTC"
        yield words.early_type(
            table, column, there, wanted, types.conversion(table, column, there, wanted, zone)
        )
        return
    if there != wanted:
        yield words.type_freed(table, column, there, wanted)
    nulls = 0
    if later.attributes["not null"] and not actual.attributes["not null"]:
        nulls = look.count(table, f"{column} IS NULL") if look.readable(table) else 0
    if nulls and "default" not in later.attributes:
        yield words.nulls(table, column, nulls, None)
    elif changes := _completion(table, column, actual, later, nulls):
        yield words.early_completed(table, column, changes, nulls)
    yield words.early(actual.identity, wanted)


def _completion(table: str, column: str, actual: Object, later: Object, nulls: int) -> list[str]:
    """Statements that give an early column head's default and nullability."""
    default, statements, actions = later.attributes.get("default"), [], []
    if nulls:
        statements.append(f"UPDATE {table} SET {column} = {default} WHERE {column} IS NULL")
    if actual.attributes.get("default") != default:
        actions.append(f"SET DEFAULT {default}" if default else "DROP DEFAULT")
    if actual.attributes["not null"] != later.attributes["not null"]:
        actions.append("SET NOT NULL" if later.attributes["not null"] else "DROP NOT NULL")
    if actions:
        changes = ", ".join(f"ALTER COLUMN {column} {action}" for action in actions)
        statements.append(f"ALTER TABLE {table} {changes}")
    return statements
