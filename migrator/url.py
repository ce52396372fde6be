"""Database addresses: every form that people paste, and the ones that cannot carry a migration."""

from pathlib import Path

import sqlalchemy as sa

from migrator import errors

# Options of other drivers and ORMs in a pasted address: libpq would refuse them.
_NOT_LIBPQ = {
    "pgbouncer",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "schema",
    "statement_cache_size",
}


def parse(text: str) -> sa.URL:
    """`postgres://`, `postgresql://`, `+psycopg`, `+asyncpg` …: all become psycopg 3.

    Raises MigratorError for anything else, without repeating the text, which holds a password.
    """
    try:
        url = sa.make_url(text.strip())
    except (sa.exc.ArgumentError, ValueError) as error:
        raise errors.url_not_readable() from error
    if url.get_backend_name() not in {"postgres", "postgresql"}:
        raise errors.url_not_postgresql(url.get_backend_name())
    query = {key: value for key, value in url.query.items() if key not in _NOT_LIBPQ}
    if ssl := query.pop("ssl", None):
        query["sslmode"] = "require" if ssl in ("true", "1") else ssl
    return url.set(drivername="postgresql+psycopg", query=query)


def refuse_pooled(url: sa.URL) -> None:
    """Refuse Neon's pooled endpoint by its name, before anything connects."""
    host = url.host or ""
    first, dot, rest = host.partition(".")
    if first.endswith("-pooler"):
        raise errors.pooled_host(host, first.removesuffix("-pooler") + dot + rest)


def describe(url: sa.URL) -> str:
    """Name the database without its secrets, as `"todo" on host:port`."""
    host = url.host or url.query.get("host") or "the local socket"
    where = host if isinstance(host, str) else ",".join(host)
    if Path(where).is_relative_to(Path.cwd()):  # the socket of the embedded server
        where = str(Path(where).relative_to(Path.cwd()))
    return f'"{url.database or ""}" on {where}' + (f":{url.port}" if url.port else "")
