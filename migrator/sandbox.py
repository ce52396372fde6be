"""Throwaway databases, dropped even when the process that made them was killed.

A sandbox is in use as long as the connection that holds the advisory lock on its name lives; each
new sandbox first drops those of its kind that nobody holds. That is true from any machine, which a
process id would not be.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

_LOCK = 0x73616E64  # the first half of the lock's number; the second one is of the name
_HELD = """
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objid = hashtext(datname)::oid
"""
_LEFT_OVER = f"""
    SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '[]')::json FROM pg_database
    WHERE datname ~ %s AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS ({_HELD})
"""


_NEEDED = """
    SELECT 1 FROM pg_shdepend AS d JOIN pg_roles AS r ON r.oid = d.refobjid
    WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname = %s
"""


@dataclass(frozen=True)
class Seed:
    """Tables that another program owns, put into a new database as that program would do it."""

    file: Path
    """SQL that makes them, executed by `role`."""
    role: str
    """Their owner, made with LOGIN if it does not exist; may go on making tables in public."""
    shared: tuple[str, ...]
    """The tables that the database's owner may read and refer to."""


@contextmanager
def sandbox(
    admin_url: str,
    *,
    prefix: str = "sandbox",
    owner: str | None = None,
    seed: Seed | None = None,
    template: str | None = None,
) -> Iterator[str]:
    """Yield the address of a new database, for the user of `admin_url`, and drop it afterwards.

    The user needs CREATEDB, a `seed` also CREATEROLE unless its role exists. `owner` (default: the
    user) must exist. Without a `template` the database is empty: template0, UTF8, collation C.
    """
    url = sa.make_url(admin_url)
    name = _name(prefix)
    with _connect(url) as holder:
        drop_left_over(holder, prefix)
        holder.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCK, name])
        try:
            _create(holder, name, owner, template)
            if seed:
                _fill(url.set(database=name), seed, owner)
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            with _connect(url) as admin:  # the holder may be in the middle of a statement
                _drop(admin, name)


def drop_left_over(admin: psycopg.Connection, prefix: str) -> None:
    """Drop the sandboxes of killed processes, and the roles that these noted.

    Two processes may do it at once.
    """
    pattern = rf"^{re.escape(prefix)}_\d+_\d{{14}}_[0-9a-f]{{6}}$"
    for name, roles in admin.execute(_LEFT_OVER, [pattern, _LOCK]).fetchall():
        lock = [_LOCK, name]
        held = admin.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", lock).fetchone()
        if held == (True,):
            _drop(admin, name)
            drop_roles(admin, roles)
            admin.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", lock)


def note_roles(admin: psycopg.Connection, database: str, roles: Sequence[str]) -> None:
    """Have roles that were made for a sandbox dropped together with it if it is left over."""
    command = sql.SQL("COMMENT ON DATABASE {} IS {}")
    admin.execute(command.format(sql.Identifier(database), sql.Literal(json.dumps(roles))))


def drop_roles(admin: psycopg.Connection, roles: Sequence[str]) -> None:
    """Drop those that nothing hangs on any more, members of each other in either order."""
    for name in roles:
        if not admin.execute(_NEEDED, [name]).fetchone():
            admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def _name(prefix: str) -> str:
    """Name the creating process and the moment, for whoever finds one in a list of databases."""
    return f"{prefix}_{os.getpid()}_{datetime.now(UTC):%Y%m%d%H%M%S}_{secrets.token_hex(3)}"


def _connect(url: sa.URL) -> psycopg.Connection:
    args, options = url.get_dialect()().create_connect_args(url)
    return psycopg.connect(*args, **options, autocommit=True)


def _create(admin: psycopg.Connection, name: str, owner: str | None, template: str | None) -> None:
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    # Twice as fast; on a server that syncs it would wait for a checkpoint of everybody's data.
    if admin.execute("SELECT current_setting('fsync') = 'off'").fetchone() == (True,):
        command += sql.SQL(" STRATEGY file_copy")
    if owner:
        command += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    if not template:
        command += sql.SQL(" ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'")
    admin.execute(command)


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(url: sa.URL, seed: Seed, owner: str | None) -> None:
    """Execute the seed in one transaction, each part as the role that would do it by hand."""
    role = sql.Identifier(seed.role)
    with _connect(url) as admin:
        _make_role(admin, seed.role)
        with admin.transaction():
            if owner:
                admin.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
            # Only the owner of the database may write in schema public, since PostgreSQL 15.
            admin.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(role))
            admin.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
            admin.execute(seed.file.read_bytes())
            reader = sql.Identifier(owner) if owner else sql.SQL("SESSION_USER")
            for table in seed.shared:
                grant = sql.SQL("GRANT SELECT, REFERENCES ON public.{} TO {}")
                admin.execute(grant.format(sql.Identifier(table), reader))


def _make_role(admin: psycopg.Connection, role: str) -> None:
    if admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        return
    name = sql.Identifier(role)
    # Another sandbox may be doing the same.
    with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        # Unlike a superuser, whoever made a role must be a member to act as it.
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
