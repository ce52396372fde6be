"""The one connection that a migration runs on, and what is settled on it beforehand."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from migrator import __version__, errors
from migrator.url import describe, refuse_pooled

APPLICATION_NAME = f"migrator {__version__}"
OLDEST_SERVER = 15
CONNECT_TIMEOUT = 10
"""Seconds until a server that does not answer is given up."""


def engine(url: sa.URL, **connect_args: object) -> sa.Engine:
    """An engine without a pool: a migration opens the few connections that it needs."""
    return sa.create_engine(
        url,
        poolclass=sa.NullPool,
        connect_args={
            "application_name": APPLICATION_NAME,
            "connect_timeout": CONNECT_TIMEOUT,
            # Nothing here repeats often enough to gain from it.
            "prepare_threshold": None,
            **connect_args,
        },
    )


@contextmanager
def connect(url: sa.URL) -> Iterator[sa.Connection]:
    """Connect for a migration. Refuses a pooled address and a server that is too old."""
    refuse_pooled(url)
    try:
        connection = engine(url).connect()
    except sa.exc.DBAPIError as error:
        raise errors.from_connecting(error, describe(url), url.password) from error
    with connection:
        _refuse_old_server(connection)
        _refuse_pooler(connection, url)
        yield connection


def settle(connection: sa.Connection, lock_timeout: float, **custom: str) -> None:
    """Set the session up: UTC, a lock budget in seconds, and the tool's own `migrator.*` settings.

    Committed at once: an open transaction would make Alembic take it for the caller's own, and
    silently apply all revisions in it (transaction_per_migration without effect).
    """
    settings = {
        "timezone": "UTC",
        "lock_timeout": f"{round(lock_timeout * 1000)}ms",
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        **{f"migrator.{name}": value for name, value in custom.items()},
    }
    for name, value in settings.items():
        connection.execute(
            sa.text("SELECT set_config(:name, :value, false)"), {"name": name, "value": value}
        )
    connection.commit()


def _refuse_old_server(connection: sa.Connection) -> None:
    number, version = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version')"
    ).one()
    connection.commit()
    refuse_old_version(number, version)


def refuse_old_version(number: int, version: str) -> None:
    """`number` and `version` as the server gives them, such as 140013 and `14.13 (Debian …)`."""
    if number < OLDEST_SERVER * 10_000:
        raise errors.server_too_old(version, OLDEST_SERVER)


def _refuse_pooler(connection: sa.Connection, url: sa.URL) -> None:
    """Refuse PgBouncer and its like, whatever their host is called.

    A pooler answers the start of a connection itself, with a process id of its own making. Neon's
    proxy does so too and carries a session well, so the id is only a reason to look closer: a
    setting sent as the connection starts arrives through the proxy, and never through a pooler.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  only a detached connection has none
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    connection.commit()
    if driver.info.backend_pid == pid:
        return
    token = secrets.token_hex(8)
    probe = engine(url, options=f"-c migrator.probe={token}")
    try:
        with probe.connect() as second:
            arrived = second.exec_driver_sql("SELECT current_setting('migrator.probe', true)")
            if arrived.scalar_one() == token:
                return
    except sa.exc.DBAPIError as error:
        raise errors.pooled_address(describe(url)) from error
    raise errors.pooled_address(describe(url))
