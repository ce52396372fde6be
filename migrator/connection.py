"""The one connection that a migration runs on, and what is settled on it beforehand."""

import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from migrator import __version__, errors
from migrator.budget import milliseconds
from migrator.url import describe, refuse_pooled

APPLICATION_NAME = f"migrator {__version__}"
OLDEST_SERVER = 15
_DEFAULTS = {
    "connect_timeout": 10,
    # A network that swallows everything is noticed within a minute, not after hours.
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Parameters of libpq that an address need not give. In seconds, the last one in milliseconds."""

_ALWAYS = {
    "application_name": APPLICATION_NAME,
    # Nothing here repeats often enough to gain from it.
    "prepare_threshold": None,
}

_SERVER_SIDE = {
    # So does the server, which would go on holding the locks of a process that is gone.
    "client_connection_check_interval": "1s",
    "tcp_keepalives_idle": "30s",
    "tcp_keepalives_interval": "10s",
    "tcp_keepalives_count": "3",
}
_PAUSE = 0.5  # seconds between two tries to connect


def engine(url: sa.URL, **connect_args: object) -> sa.Engine:
    """An engine without a pool: a migration opens the few connections that it needs."""
    return sa.create_engine(
        url,
        poolclass=sa.NullPool,
        connect_args={
            **{name: value for name, value in _DEFAULTS.items() if name not in url.query},
            **_ALWAYS,
            **connect_args,
        },
    )


def plain(url: sa.URL) -> psycopg.Connection:
    """A connection without SQLAlchemy, each statement in a transaction of its own."""
    _, options = url.get_dialect()().create_connect_args(url)
    try:
        return psycopg.connect(**{**_DEFAULTS, **options, **_ALWAYS}, autocommit=True)
    except psycopg.OperationalError as error:
        raise errors.from_connecting(error, describe(url), url.password) from error


@contextmanager
def connect(url: sa.URL, wait: float = 0) -> Iterator[sa.Connection]:
    """Connect for a migration. Refuses a pooled address and a server that is too old.

    A server that does not answer yet is asked again for `wait` seconds.
    """
    refuse_pooled(url)
    with _awake(url, wait) as connection:
        _refuse_old_server(connection)
        _refuse_pooler(connection, url)
        yield connection


def _awake(url: sa.URL, wait: float) -> sa.Connection:
    give_up, told, last = time.monotonic() + wait, False, False
    while True:
        try:
            return engine(url).connect()
        except sa.exc.DBAPIError as error:
            refused = errors.from_connecting(error.orig, describe(url), url.password)
            final = last or errors.NO_SUCH_HOST in str(error.orig)
            if final or time.monotonic() + _PAUSE > give_up:
                raise refused from error
        # A server that answers has refused us for good, unless it came up a moment ago.
        last = _answers(url)
        if last:
            continue
        if not told:
            print(f"waiting  {refused.message}: {refused.detail}", file=sys.stderr, flush=True)
            told = True
        time.sleep(_PAUSE)


def _answers(url: sa.URL) -> bool:
    """Whether there is a server that takes connections, be it not this one."""
    _, options = url.get_dialect()().create_connect_args(url)
    asked = make_conninfo(**{"connect_timeout": _DEFAULTS["connect_timeout"], **options})
    return Ping(PGconn.ping(asked.encode())) == Ping.OK


def become(connection: sa.Connection, role: str) -> None:
    """Do everything from here on as `role`, which the user of the connection must be a member of.

    Raises MigratorError when it is not.
    """
    try:
        connection.execute(sa.text("SELECT set_config('role', :role, false)"), {"role": role})
        now, user = connection.exec_driver_sql("SELECT current_user, session_user").one()
        connection.commit()
    except sa.exc.DBAPIError as error:
        raise errors.role_refused(role, error) from error
    if now != role:
        raise errors.role_not_taken(role, user, now)


def settle(connection: sa.Connection, lock_timeout: float, **custom: str) -> None:
    """Set the session up: UTC, a lock budget in seconds, and the tool's own `migrator.*` settings.

    Committed at once: an open transaction would make Alembic take it for the caller's own, and
    silently apply all revisions in it (transaction_per_migration without effect).
    """
    settings = {
        "timezone": "UTC",
        "lock_timeout": milliseconds(lock_timeout),
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        **_SERVER_SIDE,
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
