"""A real PostgreSQL for every test: a database of its own, cloned from a template built once.

Nobody is a superuser: the role `migrator` migrates, as on a managed PostgreSQL, and Better Auth's
role owns "user". PG_MAJOR=17 runs the tests on another server that tests/servers.py finds.
"""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from pytest_postgresql.janitor import DatabaseJanitor

from migrator import embedded, runner
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.sandbox import Seed
from migrator.settings import Settings
from tests import memory
from tests.servers import installations

ROOT = Path(__file__).parent.parent
BETTER_AUTH = Seed(ROOT / "models" / "better_auth.sql", "better_auth", ("user",))


@pytest.fixture(scope="session", autouse=True)
def _no_surroundings() -> Iterator[None]:
    """No setting of whoever runs the tests, and no `.env`, decides what is tested."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # A shell starts its background jobs deaf to Ctrl-C, and their children inherit it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("PG") and name != "PG_MAJOR" and not name.startswith("PG_BIN"):
                patch.delenv(name)
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is gone after the session, and need not survive a power cut until then."""
    programs = installations()[int(os.environ.get("PG_MAJOR", "18"))]
    with memory.folder(tmp_path_factory.mktemp("postgres")) as folder:
        yield embedded.start(folder, durable=False, bin_dir=programs)
        embedded.stop(folder)


def make_project(url: str) -> Project:
    return Project.load(ROOT / "alembic.ini", url)


@pytest.fixture(scope="session")
def auth_template(server: Server) -> str:
    """Only Better Auth's tables."""
    embedded.ensure_database(server, "auth_template", EMBEDDED_ROLE, BETTER_AUTH)
    return "auth_template"


@pytest.fixture(scope="session")
def head_template(server: Server, auth_template: str) -> str:
    """Better Auth's tables, and ours as `upgrade head` builds them."""
    with _clone(server, auth_template, "head_template", keep=True) as url:
        runner.upgrade(make_project(url))
    return "head_template"


@contextmanager
def _clone(server: Server, template: str, name: str, *, keep: bool = False) -> Iterator[str]:
    janitor = DatabaseJanitor(
        user=embedded.SUPERUSER,
        host=str(server.socket_dir),
        port=server.port,
        dbname=name,
        template_dbname=template,
    )
    janitor.init()
    try:
        with server.connect() as admin:
            admin.execute(f"ALTER DATABASE {name} OWNER TO {EMBEDDED_ROLE}")
        yield server.url(name, EMBEDDED_ROLE)
    finally:
        if not keep:
            janitor.drop()


def _name(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(4)}"


@pytest.fixture
def auth_database(server: Server, auth_template: str) -> Iterator[str]:
    """The address of a database that holds only Better Auth's tables."""
    with _clone(server, auth_template, _name("auth")) as url:
        yield url


@pytest.fixture
def head_database(server: Server, head_template: str) -> Iterator[str]:
    """The address of a database at head."""
    with _clone(server, head_template, _name("head")) as url:
        yield url


@pytest.fixture
def project() -> Callable[[str], Project]:
    """The repository's own project on the database of an address."""
    return make_project


@pytest.fixture
def admin_url(server: Server) -> Callable[[str], str]:
    """The superuser's address of the same database."""
    return lambda url: server.url(sa.make_url(url).database or "")


@pytest.fixture
def make_user(admin_url: Callable[[str], str]) -> Callable[..., str]:
    """Sign somebody up, as Better Auth's role would: returns the id, 32 characters."""

    def make(url: str, name: str = "ada") -> str:
        user_id = secrets.token_hex(16)
        address = sa.make_url(admin_url(url)).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
            connection.execute(
                'INSERT INTO "user" (id, name, email, "emailVerified") VALUES (%s, %s, %s, true)',
                [user_id, name, f"{name}-{user_id}@example.com"],
            )
        return user_id

    return make
