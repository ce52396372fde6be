"""What is said about rows: values that the revisions would refuse, or change the meaning of."""

from collections.abc import Sequence

from migrator.adopt.finding import Finding, block, counted, note, repair
from migrator.adopt.look import shown
from migrator.ops.sql import literal


def breaks_check(table: str, key: str, name: str, condition: str, n: int) -> Finding:
    return block(
        "breaks_check",
        table,
        f'{counted(n, "row")} of "{shown(table)}" against "{name}", which a later revision adds',
        f"SELECT {key} FROM {table} WHERE NOT {condition}",
        f"-- UPDATE {table} SET … WHERE NOT {condition}",
        detail=f"each row has to satisfy {condition}",
    )


def infinite(table: str, key: str, columns: Sequence[str], condition: str, n: int) -> Finding:
    listed = ", ".join(f'"{shown(f"{table}.{column}")}"' for column in columns)
    return block(
        "infinite_times",
        table,
        f"an infinite time in {listed}: {counted(n, 'row')}",
        f"SELECT {key} FROM {table} WHERE {condition}",
        *(f"-- UPDATE {table} SET {column} = … WHERE NOT isfinite({column})" for column in columns),
        detail="Python has no such time: reading one of these rows fails",
    )


def in_the_future(table: str, column: str, n: int, ahead: str, zone: str | None) -> Finding:
    message = (
        f'"{column}" in the future, by up to {ahead}, in {counted(n, "row")} of "{shown(table)}"'
    )
    if zone:
        return block(
            "in_the_future",
            f"{table}.{column}",
            f"{message}, even in time zone {zone}",
            f"SELECT max({column}), now() AT TIME ZONE {literal(zone)} FROM {table}",
            detail="another zone east of it was meant, or a clock was wrong",
        )
    return block(
        "in_the_future",
        f"{table}.{column}",
        message,
        f"SELECT max({column}), now() AT TIME ZONE 'UTC' FROM {table}",
        detail="the old code wrote local time, east of UTC: say in which zone, as in "
        "--legacy-timezone Asia/Karachi",
    )


def read_as(table: str, columns: Sequence[str], zone: str | None) -> Finding:
    listed = ", ".join(f'"{shown(f"{table}.{column}")}"' for column in columns)
    return note(
        "times_without_zone",
        table,
        f"{listed} {'has' if len(columns) == 1 else 'have'} no time zone: the times are taken for "
        f"{zone or 'UTC'}",
        detail="as decided by --legacy-timezone; the table is rewritten, since every value changes"
        if zone
        else "right for datetime.utcnow(); if the old code wrote datetime.now() on a machine west "
        "of UTC, nobody can see it in the data: say --legacy-timezone America/New_York",
    )


def no_such_hour(table: str, columns: Sequence[str], n: int, zone: str) -> Finding:
    return note(
        "no_such_hour",
        table,
        f'{counted(n, "row")} of "{shown(table)}" with times that {zone} skipped when its clocks '
        "went forward",
        detail=f"in {', '.join(columns)}; each becomes one hour later, and stays so when undone",
    )


def orphans(
    table: str,
    column: str,
    target: str,
    counts: tuple[int, int, int],
    lines: Sequence[str],
    repairs: Sequence[str],
) -> Finding:
    rows, values, of = counts
    more = [f"… and {values - len(lines)} more"] if values > len(lines) else []
    return block(
        "orphans",
        table,
        f'{rows} of {counted(of, "row")} of "{shown(table)}" without an owner: "{column}" is not '
        f'in "{shown(target)}"',
        *repairs,
        detail="\n".join(
            [
                f"{counted(values, 'value')}, the most frequent first:",
                *lines,
                *more,
                "what is left after that: correct it, or move it away with --orphans quarantine",
            ]
        ),
    )


CAUSES = {
    "padded": "with blanks around it, the id of a user",
    "email": "the e-mail address of a user",
    "letters": "in other letters, the id of a user",
    "empty": "empty",
    "none": "no match: deleted, or from another environment",
}


def orphan_line(value: str, n: int, cause: str) -> str:
    return f"{value!r}: {counted(n, 'row')}, {CAUSES[cause]}"


def quarantined(table: str, target: str, column: str, n: int, sql: Sequence[str]) -> Finding:
    return repair(
        "orphans_quarantined",
        table,
        f'{counted(n, "row")} of "{shown(table)}" without an owner: moved to "{shown(target)}"',
        *sql,
        detail=f'the comment on "{shown(target)}" says how to put them back, once their "{column}" '
        "is right there",
    )


def quarantine_exists(target: str) -> Finding:
    name = target.rpartition(".")[2].strip('"')
    return block(
        "quarantine_exists",
        target,
        f'"{shown(target)}", where the rows would be moved to, is there already',
        f'ALTER TABLE {target} RENAME TO "{name}_before"',
    )


def quarantine_referred(table: str, name: str, definition: str) -> Finding:
    return block(
        "quarantine_referred",
        table,
        f'rows of "{shown(table)}" cannot be moved away: "{shown(name)}" refers to them',
        detail=f"{definition}\ncorrect the rows by hand, or drop that key first",
    )
