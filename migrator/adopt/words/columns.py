"""What is said about columns of the baseline's tables."""

from migrator.adopt.finding import Finding, block, counted, note, repair
from migrator.adopt.look import shown


def missing(table: str, column: str, type_: str, default: str | None, not_null: bool) -> Finding:
    alter = f"ALTER TABLE {table}"
    add = f"{alter} ADD COLUMN {column} {type_}"
    if not not_null:
        sql = [add]
    elif default:
        sql = [f"{add} NOT NULL DEFAULT {default}", f"{alter} ALTER COLUMN {column} DROP DEFAULT"]
    else:
        sql = [
            add,
            f"-- UPDATE {table} SET {column} = …",
            f"{alter} ALTER COLUMN {column} SET NOT NULL",
        ]
    return block(
        "column_missing",
        f"{table}.{column}",
        f'"{shown(table)}" has no column "{shown(column)}"',
        *sql,
        detail=f"expected: {type_}{' NOT NULL' if not_null else ''}; if it has another name there, "
        "rename it",
    )


def unknown(table: str, column: str, type_: str) -> Finding:
    return note(
        "column_unknown",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is unknown to the revisions; it stays',
        detail=type_,
    )


def unknown_required(table: str, column: str, type_: str, default: str | None) -> Finding:
    action = f"SET DEFAULT {default}" if default else "DROP NOT NULL"
    return block(
        "column_unknown_required",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is unknown to the revisions, and must be given',
        f"ALTER TABLE {table} ALTER COLUMN {column} {action}",
        detail=f"{type_} NOT NULL without a default: every INSERT of the new code would fail",
    )


def type_kept(name: str, type_: str, baseline: str) -> Finding:
    return note(
        "type_kept",
        name,
        f'column "{shown(name)}" is {type_} already; it stays',
        detail=f"the first revision makes it {baseline}, a later one {type_}",
    )


def type_freed(table: str, column: str, actual: str, wanted: str) -> Finding:
    return repair(
        "type_widened",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is {actual} and becomes {wanted}',
        f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {wanted}",
        detail="no value changes, and no row is rewritten",
    )


def type_narrowed(table: str, column: str, actual: str, wanted: str, size: str) -> Finding:
    return repair(
        "type_narrowed",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is {actual} and becomes {wanted}',
        f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {wanted}",
        detail=f"no value is longer; the table ({size} with its indexes) is rewritten, and nobody "
        "reads or writes it meanwhile",
    )


def values_too_long(table: str, column: str, key: str, limit: int, wanted: str, n: int) -> Finding:
    longer = f"char_length({column}) > {limit}"
    return block(
        "values_too_long",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" has {counted(n, "value")} of more than {limit} '
        "characters",
        f"SELECT {key}, char_length({column}), {column} FROM {table} WHERE {longer}",
        "-- shorten them by hand; or cut them off, which cannot be undone:",
        f"-- UPDATE {table} SET {column} = left({column}, {limit}) WHERE {longer}",
        detail=f"it has to become {wanted}; blanks at the end count too",
    )


def type_differs(
    table: str, column: str, actual: str, wanted: str, using: str, referred: str | None
) -> Finding:
    points = f", since it points at {referred}" if referred else ""
    return block(
        "type_differs",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is {actual}, expected {wanted}',
        f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {wanted} USING {using}",
        detail=f"the revisions and the code take it for {wanted}{points}; converting it rewrites "
        "the table, and what its values mean is yours to say",
    )


def nullable(table: str, column: str) -> Finding:
    return repair(
        "nullable",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" may be NULL, though none is',
        f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL",
    )


def nulls(table: str, column: str, n: int, default: str | None) -> Finding:
    value = default or "…"
    update = f"UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"
    return block(
        "nulls",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is NULL in {counted(n, "row")}, and must not be',
        update if default else f"-- {update}",
    )


def required(table: str, column: str) -> Finding:
    return repair(
        "required",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" must be given, though the revisions make it '
        "optional",
        f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL",
    )


def default_replaced(name: str, actual: str, later: str) -> Finding:
    return note(
        "default_replaced",
        name,
        f'column "{shown(name)}" has a default already; a later revision sets its own',
        detail=f"there: {actual}\nlater: {later}",
    )


def default_kept(table: str, column: str, actual: str) -> Finding:
    return note(
        "default_kept",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" has a default that the revisions do not know; '
        "it stays",
        f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT",
        detail=actual,
    )


def early(name: str, type_: str) -> Finding:
    return note(
        "column_early",
        name,
        f'column "{shown(name)}" is there already; the revision that adds it keeps it',
        detail=f"{type_}; undoing that revision keeps it too",
    )


def early_completed(table: str, column: str, changes: list[str], nulls: int) -> Finding:
    filled = f"; NULLs filled with the default: {nulls}" if nulls else ""
    return repair(
        "column_early_completed",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is there already, but not as the revision that '
        "adds it makes it",
        *changes,
        detail=f"default and NOT NULL are brought in line{filled}",
    )


def early_type(table: str, column: str, actual: str, wanted: str, sql: list[str]) -> Finding:
    return block(
        "column_early_type",
        f"{table}.{column}",
        f'column "{shown(f"{table}.{column}")}" is {actual}; the revision that adds it makes it '
        f"{wanted}",
        *sql,
        detail="look at its values first; or rename it, and it stays beside the new one",
    )
