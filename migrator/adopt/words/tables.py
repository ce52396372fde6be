"""What is said about whole tables: absent, under another name, made too early."""

from collections.abc import Sequence

from migrator.adopt.finding import Finding, block, counted, note
from migrator.adopt.look import shown


def elsewhere(table: str, found: str, renames: Sequence[str]) -> Finding:
    return block(
        "table_elsewhere",
        found,
        f'"{shown(found)}" has the columns of "{shown(table)}", under another name',
        *renames,
        detail=f'the revisions and the code say "{shown(table)}"; renaming touches no row',
    )


def both_names(table: str, other: str, unused: str) -> Finding:
    return block(
        "both_names",
        other,
        f'"{shown(table)}" and "{shown(other)}" are both there, with the same columns',
        f"SELECT count(*) FROM {table}",
        f"SELECT count(*) FROM {other}",
        f"-- if nothing uses {shown(other)} any more:",
        f"ALTER TABLE {other} RENAME TO {unused}",
        detail="the rows of one of them would be left behind, and only you know which",
    )


def missing(table: str, revision: str) -> Finding:
    return block(
        "table_missing",
        table,
        f'"{shown(table)}" is missing, though others of the first revision are there',
        detail=f"`alembic upgrade {revision} --sql` prints the statement that makes it",
    )


def not_a_table(table: str, kind: str) -> Finding:
    name = table.rpartition(".")[2].strip('"')
    return block(
        "not_a_table",
        table,
        f'"{shown(table)}" is a {kind}, not a table',
        f'ALTER {kind.upper()} {table} RENAME TO "{name}_view"',
        f"-- and give the table with the rows its name: ALTER TABLE … RENAME TO {name}",
    )


def wrong_schema(schema: str | None, wanted: str, role: str) -> Finding:
    return block(
        "wrong_schema",
        wanted,
        f'role "{role}" works in schema "{schema}", not in "{wanted}"',
        f"ALTER ROLE {role} SET search_path = {wanted}",
        detail="revisions name no schema, so their tables would be made elsewhere",
    )


def made_already(names: Sequence[str], empty: bool, evidence: Sequence[str]) -> Finding:
    keep = [f"ALTER TABLE {name} SET SCHEMA before_adoption" for name in names]
    listed = ", ".join(f'"{shown(name)}"' for name in names)
    return block(
        "made_already",
        ", ".join(names),
        f"{listed} would be made by a later revision, and {_are(names)} there already",
        *(
            [f"DROP TABLE {', '.join(names)}"]
            if empty
            else ["CREATE SCHEMA before_adoption", *keep]
        ),
        detail="\n".join(
            [
                "create_all or somebody's SQL made it, not always as the revision does"
                + ("" if empty else "; when the database is adopted, copy the rows back"),
                *evidence,
            ]
        ),
    )


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def how_it_differs(table: str, rows: int | None, lines: Sequence[str]) -> list[str]:
    """The evidence for `made_already`, a few lines for each table."""
    more = [f"… and {len(lines) - 5} more"] if len(lines) > 5 else []
    wanted = counted(len(lines), "difference") if lines else "as the revision makes it"
    count = "rows that this role may not count" if rows is None else counted(rows, "row")
    return [f'"{shown(table)}": {count}, {wanted}', *(f"- {x}" for x in lines[:5]), *more]


def object_made_already(kind: str, name: str, drop: str) -> Finding:
    return block(
        "object_made_already",
        name,
        f'{kind} "{shown(name)}" would be made by a later revision, and is there already',
        drop,
    )


def force_row_security(table: str) -> Finding:
    return block(
        "row_security_forced",
        table,
        f'row-level security of "{shown(table)}" also holds for its owner',
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        detail="checks and repairs would see only some of the rows",
    )


def row_security(table: str) -> Finding:
    return note(
        "row_security",
        table,
        f'"{shown(table)}" has row-level security already; it and its policies stay',
    )


def unlogged(table: str) -> Finding:
    return block(
        "unlogged",
        table,
        f'"{shown(table)}" is unlogged: a crash of the server empties it',
        f"ALTER TABLE {table} SET LOGGED",
    )


def kept(kind: str, name: str, what: str, value: str) -> Finding:
    return note(
        "kept",
        name,
        f'{kind} "{shown(name)}" differs from the first revision in "{what}"; it stays',
        detail=value,
    )


def unknown_difference(
    kind: str, name: str, what: str, expected: str | None, actual: str | None
) -> Finding:
    point = f' in "{what}"' if what else ""
    return block(
        "unknown_difference",
        name,
        f'{kind} "{shown(name)}" differs from the first revision{point}, and adopt cannot tell '
        "what to do about it",
        detail=f"there: {actual or 'nothing'}\nexpected: {expected or 'nothing'}",
    )


def not_in_baseline(kind: str, name: str, definition: str | None) -> Finding:
    return note(
        "not_in_baseline",
        name,
        f'{kind} "{shown(name)}" is not in the first revision; it stays',
        detail=definition,
    )
