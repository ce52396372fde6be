"""What is said about other people's tables, rights, roles and whoever is at work just now."""

from collections.abc import Sequence

from migrator.adopt.finding import Finding, block, note
from migrator.adopt.look import shown
from migrator.ops.sql import literal


def external_missing(table: str, alternatives: Sequence[str]) -> Finding:
    found = "".join(f'\n"{shown(other)}" is there: is it the one?' for other in alternatives)
    return block(
        "external_missing",
        table,
        f'"{shown(table)}" is missing, to which the tables will refer',
        detail="it belongs to another program, which makes it: run that program's own migration "
        f"first (Better Auth: `npx auth migrate`){found}",
    )


def external_not_a_table(table: str, kind: str) -> Finding:
    return block(
        "external_not_a_table",
        table,
        f'"{shown(table)}" is a {kind}, to which no key can refer',
        detail="the program that owns it has to keep it as a table",
    )


def external_not_unique(table: str, column: str) -> Finding:
    return block(
        "external_not_unique",
        table,
        f'"{shown(table)}.{column}" is not unique, so no key can refer to it',
        f"ALTER TABLE {table} ADD PRIMARY KEY ({column})",
        detail="its owner has to run this",
    )


_GENERATE_ID = {
    "uuid": 'Better Auth makes uuid ids when advanced.database.generateId is "uuid"',
    "integer": 'Better Auth makes integer ids when advanced.database.generateId is "serial"',
    "bigint": 'Better Auth makes integer ids when advanced.database.generateId is "serial"',
}


def external_type(table: str, column: str, actual: str | None, wanted: str) -> Finding:
    why = f"\n{_GENERATE_ID[actual]}" if actual in _GENERATE_ID else ""
    return block(
        "external_type",
        table,
        f'"{shown(table)}.{column}" is {actual or "missing"}, and no key of {wanted} can refer to '
        "it",
        detail=f"the models say {wanted}: change either them and the revisions, or the program "
        f"that owns the table{why}",
    )


def external_rights(table: str, role: str, rights: Sequence[str]) -> Finding:
    return block(
        "external_rights",
        table,
        f'role "{role}" may not refer to "{shown(table)}"',
        f"GRANT SELECT, REFERENCES ON {table} TO {role}",
        detail=f"missing: {', '.join(rights)}; the owner of the table has to run this",
    )


def not_owner(kind: str, name: str, owner: str, role: str) -> Finding:
    return block(
        "not_owner",
        name,
        f'{kind} "{shown(name)}" belongs to "{owner}", and role "{role}" may not alter it',
        f"ALTER {kind.upper()} {name} OWNER TO {role}",
        detail="an administrator has to run this",
    )


def cannot_create(schema: str, role: str) -> Finding:
    return block(
        "cannot_create",
        schema,
        f'role "{role}" may not make tables in schema "{schema}"',
        f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}",
        detail="the owner of the schema has to run this",
    )


def roles_missing(roles: Sequence[str], role: str) -> Finding:
    names = ", ".join(f'"{name}"' for name in roles)
    return block(
        "roles_missing",
        ", ".join(roles),
        f'the revisions make the roles {names}, and role "{role}" may not',
        *(f"CREATE ROLE {name} NOLOGIN" for name in roles),
        detail="an administrator has to run this; then the revisions find them",
    )


def dependant(kind: str, name: str, on: Sequence[str], sql: Sequence[str]) -> Finding:
    columns = ", ".join(f'"{shown(column)}"' for column in on)
    return block(
        "dependant",
        name,
        f'{kind} "{shown(name)}" depends on {columns}, whose type changes',
        *sql,
        detail="PostgreSQL refuses to change it under that; made again, it meets the new type, "
        "for which its expressions may have to change",
    )


def publication(name: str, tables: Sequence[str]) -> Finding:
    listed = ", ".join(f'"{shown(table)}"' for table in tables)
    return note(
        "publication",
        name,
        f'publication "{name}" sends {listed}: its subscribers need the same changes first',
        detail="replication carries rows and no revisions",
    )


def transaction_on_table(pid: int, who: str, state: str, seconds: int, table: str) -> Finding:
    return block(
        "transaction_on_table",
        table,
        f'pid {pid} holds "{shown(table)}" in an open transaction for {_age(seconds)}',
        f"SELECT pg_terminate_backend({pid})",
        detail=f"{who}, {state}",
    )


def transaction_open(pid: int, who: str, state: str, seconds: int) -> Finding:
    return note(
        "transaction_open",
        str(pid),
        f"pid {pid} has had a transaction open for {_age(seconds)}: indexes are built after it has "
        "ended",
        f"SELECT pg_terminate_backend({pid})",
        detail=f"{who}, {state}",
    )


def transaction_hidden(pid: int, who: str, table: str, role: str) -> Finding:
    return note(
        "transaction_hidden",
        table,
        f'pid {pid} holds "{shown(table)}" just now; since when, this role may not see',
        f"GRANT pg_read_all_stats TO {role}",
        detail=who,
    )


def prepared(gid: str, owner: str, seconds: int, table: str) -> Finding:
    return block(
        "transaction_prepared",
        table,
        f'the prepared transaction "{gid}" holds "{shown(table)}" for {_age(seconds)}',
        f"ROLLBACK PREPARED {literal(gid)}",
        detail=f'of role "{owner}"; nobody but its coordinator knows whether it may go',
    )


def _age(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def time_zone(zone: str, database: str) -> Finding:
    return note(
        "time_zone",
        database,
        f'sessions start in time zone "{zone}": code that writes times without a zone means that '
        "one afterwards",
        f"ALTER DATABASE {database} SET timezone = 'UTC'",
        detail="for all code that does not say it itself",
    )
