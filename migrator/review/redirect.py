"""Leads every connection that SQLAlchemy opens to one database, whatever address env.py has found.

A part of the programs that stand alone, hook.py and worker.py: it knows nothing of ours either.
"""

from typing import Any

from sqlalchemy import URL, Engine, event
from sqlalchemy.pool import Pool

_ADDRESS = {"host", "hostaddr", "port", "user", "password", "dbname", "database", "dsn", "service"}
_NO_TLS = {"ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "direct_tls"}  # a local socket


def redirect(url: URL) -> None:
    """From now on in this process; RuntimeError for a connection that cannot be led there."""

    @event.listens_for(Engine, "do_connect")
    def lead(dialect: Any, _record: object, args: list[Any], given: Any) -> None:
        if dialect.name != "postgresql":
            raise RuntimeError(f"env.py connects to {dialect.name}, not to PostgreSQL")
        args.clear()
        for name in (_ADDRESS | _NO_TLS) & given.keys():
            del given[name]
        _, address = dialect.create_connect_args(url.set(drivername=f"postgresql+{dialect.driver}"))
        given.update({name: address[name] for name in _ADDRESS & address.keys()})

    @event.listens_for(Pool, "connect")
    def refuse_other(dbapi: Any, _record: object) -> None:
        """An engine with a `creator` of its own connects to where that pleases."""
        database = ask(dbapi, "SELECT current_database()", wanted=True)
        dbapi.rollback()  # the question has begun a transaction
        if database != url.database:
            raise RuntimeError("env.py connects to a database that is not the throwaway one")


def ask(dbapi: Any, sql: str, *, wanted: bool) -> str | None:
    """Execute something on a driver's own connection; the first value, if it is `wanted`."""
    cursor = dbapi.cursor()
    try:
        cursor.execute(sql)
        return str(cursor.fetchone()[0]) if wanted else None
    finally:
        cursor.close()
