"""Better Auth itself, beside our tables: its migration, its HTTP API, its deletion of users."""

import base64
import http.client
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy as sa

from migrator import runner
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.sandbox import sandbox

HERE = Path(__file__).parent
TABLES = ("account", "jwks", "session", "user", "verification")
PASSWORD = "correct horse battery staple"

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed"),
    pytest.mark.skipif(
        not (HERE / "node_modules").is_dir(), reason="run `npm ci` in tests/better_auth first"
    ),
]


@dataclass(frozen=True)
class Database:
    """A database in which Better Auth may make its tables, and we ours."""

    server: Server
    name: str

    @property
    def url(self) -> str:
        """Of the role that migrates our tables."""
        return self.server.url(self.name, EMBEDDED_ROLE)

    @property
    def environment(self) -> dict[str, str]:
        """Of Better Auth's programs, which connect as its own role."""
        return {
            "PATH": os.environ["PATH"],
            "PGHOST": str(self.server.socket_dir),
            "PGPORT": str(self.server.port),
            "PGUSER": "better_auth",
            "PGDATABASE": self.name,
        }

    def migrate_better_auth(self) -> str:
        """Run its migration and return the SQL that it has applied."""
        run = subprocess.run(
            ["node", "migrate.mjs"],
            cwd=HERE,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stderr) == (0, "")
        return run.stdout.strip()

    def let_us_refer_to_users(self) -> None:
        with self.server.connect(self.name) as admin:
            admin.execute(f'GRANT SELECT, REFERENCES ON "user" TO {EMBEDDED_ROLE}')

    def dump(self) -> list[str]:
        """Return the definition of its tables, owners and grants included, line by line."""
        pg_dump = [str(self.server.bin_dir / "pg_dump"), "--schema-only", "-U", "postgres"]
        place = ["-h", str(self.server.socket_dir), "-p", str(self.server.port), "-d", self.name]
        tables = [f'--table=public."{table}"' for table in TABLES]
        run = subprocess.run(
            [*pg_dump, *place, *tables], capture_output=True, text=True, check=True
        )
        # The key of \restrict is drawn anew by each run.
        return [line for line in run.stdout.splitlines() if "restrict " not in line]


@pytest.fixture
def database(server: Server, auth_template: str) -> Iterator[Database]:
    """Empty; the template is asked for because it makes Better Auth's role."""
    with sandbox(server.url(), prefix="better_auth", owner=EMBEDDED_ROLE) as url:
        name = sa.make_url(url).database or ""
        with server.connect(name) as admin:
            admin.execute("GRANT USAGE, CREATE ON SCHEMA public TO better_auth")
        yield Database(server, name)


@dataclass
class Browser:
    """Somebody at Better Auth's HTTP API, who keeps the cookies."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, sent: object = None) -> tuple[int, Any]:
        """Return the status and the JSON of the answer."""
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)
        headers = {
            "Content-Type": "application/json",
            "Origin": self.base,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None if sent is None else json.dumps(sent)
        connection.request(method, f"/api/auth/{path}", body, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer


@contextmanager
def serve(database: Database) -> Iterator[Browser]:
    with subprocess.Popen(
        ["node", "serve.mjs"],
        cwd=HERE,
        env=database.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield Browser(server.stdout.readline().strip())
        server.stdin.close()
    assert server.returncode == 0


def rows(url: str, table: str, user_id: str) -> int:
    key = "id" if table == "user" else "user_id"
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        count = sa.text(f'SELECT count(*) FROM "{table}" WHERE {key} = :id')
        found: int = connection.execute(count, {"id": user_id}).scalar_one()
        return found


def test_our_copy_of_its_tables_is_what_it_makes(
    server: Server, auth_template: str, database: Database
) -> None:
    database.migrate_better_auth()
    database.let_us_refer_to_users()
    made = database.dump()
    assert 'CREATE TABLE public."user" (' in made
    assert Database(server, auth_template).dump() == made


def test_its_migration_and_ours_leave_each_other_alone(
    database: Database, project: Callable[[str], Project]
) -> None:
    assert 'create table "user"' in database.migrate_better_auth()
    database.let_us_refer_to_users()
    runner.upgrade(project(database.url))
    upgraded = database.dump()
    assert database.migrate_better_auth() == ""
    runner.downgrade(project(database.url), "base")
    assert database.migrate_better_auth() == ""
    assert database.dump() == upgraded
    runner.upgrade(project(database.url))
    assert database.migrate_better_auth() == ""
    assert database.dump() == upgraded


def test_a_user_signs_up_writes_and_is_forgotten(head_database: str, server: Server) -> None:
    database = Database(server, sa.make_url(head_database).database or "")
    with serve(database) as browser:
        ada = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD}
        status, answer = browser.ask("POST", "sign-up/email", ada)
        user_id = answer["user"]["id"]
        assert (status, len(user_id)) == (200, 32)

        status, answer = browser.ask("GET", "token")
        claims = answer["token"].split(".")[1]
        assert status == 200
        assert json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"] == user_id

        address = sa.make_url(head_database).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
            connection.execute(
                "INSERT INTO tasks (user_id, title) VALUES (%s, 'buy milk')", [user_id]
            )
            thread = connection.execute(
                "INSERT INTO conversations (user_id) VALUES (%s) RETURNING id", [user_id]
            ).fetchone()
            assert thread
            connection.execute(
                "INSERT INTO messages (conversation_id, user_id, role, content)"
                " VALUES (%s, %s, 'user', 'hello')",
                [*thread, user_id],
            )
        ours = ("tasks", "conversations", "messages")
        assert [rows(head_database, table, user_id) for table in ours] == [1, 1, 1]

        status, answer = browser.ask("POST", "delete-user", {"password": PASSWORD})
        assert (status, answer["success"]) == (200, True)
        assert [rows(head_database, table, user_id) for table in ("user", *ours)] == [0, 0, 0, 0]
        status, answer = browser.ask("POST", "sign-up/email", ada)
        assert status == 200, "the address is free again"
