"""The server of a run, with databases at head full of messages."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from migrator import embedded, runner
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE, Project
from migrator.sandbox import Seed

ROOT = Path(__file__).parent.parent.parent
HEAVY = "heavy".rjust(32, "0")
"""The user with 100 conversations of 1000 messages."""
LOGIN = "todo_api"
"""A member of app_user, as the application connects."""
SHARED_BUFFERS = "2GB"

_BETTER_AUTH = Seed(ROOT / "models" / "better_auth.sql", "better_auth", ("user",))
_MANY = 100_000  # messages of HEAVY

_USERS = f"""
INSERT INTO "user" (id, name, email, "emailVerified")
SELECT id, 'user', id || '@speed.example', true FROM (
    SELECT '{HEAVY}' UNION ALL SELECT lpad(n::text, 32, '0') FROM generate_series(1, %(users)s) n
) AS u (id)
"""
_TASKS = f"""
INSERT INTO tasks (user_id, title, description, completed, tags, due_date, created_at, updated_at)
SELECT CASE WHEN n <= 1000 THEN '{HEAVY}' ELSE lpad((1 + n %% %(users)s)::text, 32, '0') END,
       'Task ' || n, repeat('what there is to say ', n %% 7), n %% 10 <> 0,
       CASE WHEN n %% 200 = 0 THEN ARRAY['rare'] WHEN n %% 3 = 0 THEN ARRAY['home', 'shop']
            ELSE '{{}}' END,
       CASE WHEN n %% 10 < 4 THEN now() + (n %% 365 - 60) * interval '1 day' END, at, at
FROM (SELECT n, now() - n * interval '1 minute' FROM generate_series(1, 1000 + 50 * %(users)s) n)
    AS t (n, at)
"""
_CONVERSATIONS = f"""
INSERT INTO conversations (id, user_id, title, created_at, updated_at)
SELECT md5('conversation ' || n)::uuid,
       CASE WHEN n <= 100 THEN '{HEAVY}' ELSE lpad((1 + n %% %(users)s)::text, 32, '0') END,
       'Conversation ' || n, now() - interval '300 days', now() - n * interval '1 second'
FROM generate_series(1, 100 + 10 * %(users)s) n
"""
# In the order of time, as it comes: the rows of one conversation lie far apart.
_MESSAGES = """
INSERT INTO messages
    (id, conversation_id, user_id, role, content, tool_calls, agent_name, agent_icon, created_at)
SELECT (left(ms, 8) || '-' || right(ms, 4) || '-7' || substr(gen_random_uuid()::text, 16))::uuid,
       id, user_id, CASE WHEN n %% 2 = 0 THEN 'assistant' ELSE 'user' END,
       left(repeat(md5(n::text || id), 26), 100 + (n * 37) %% 730),
       CASE WHEN n %% 10 = 0 THEN '[{"name": "add_task", "arguments": {"title": "milk"}}]'::jsonb
       END,
       CASE WHEN n %% 2 = 0 THEN 'Ava' END, CASE WHEN n %% 2 = 0 THEN '🦉' END, at
FROM (SELECT c.id, c.user_id, n, at, lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
      FROM conversations c,
           LATERAL generate_series(1, CASE WHEN user_id = %(heavy)s THEN 1000 ELSE 100 END) n,
           LATERAL (SELECT now() - (hashtextextended(c.id::text || n, 0) & 67108863)
                                   * interval '0.3 second') AS t (at)
     ) AS m (id, user_id, n, at, ms)
ORDER BY at
"""
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'messages' AND indexname <> 'pk_messages' ORDER BY 1
"""


@dataclass(frozen=True)
class Stage:
    """A server and its databases, by the number of their messages."""

    server: Server
    databases: dict[int, str]

    @property
    def version(self) -> str:
        with self.server.connect() as admin:
            return admin.info.parameter_status("server_version") or ""

    def url(self, messages: int, user: str = EMBEDDED_ROLE) -> str:
        return self.server.url(self.databases[messages], user)


@contextmanager
def stage(*sizes: int) -> Iterator[Stage]:
    """Start a server, fill a database for each size, and remove all of it afterwards.

    About 0.9 GB of disk for a million messages.
    """
    with tempfile.TemporaryDirectory(prefix="speed_") as folder:
        server = _start(Path(folder) / "postgres")
        try:
            yield Stage(server, {size: _make(server, size) for size in sizes})
        finally:
            embedded.stop(Path(folder) / "postgres")


def _start(place: Path) -> Server:
    """With room for what is read again and again: whether that is in memory is not the question."""
    with embedded.start(place).connect() as admin:
        admin.execute(f"ALTER SYSTEM SET shared_buffers = '{SHARED_BUFFERS}'".encode())
    embedded.stop(place)
    return embedded.start(place)


def heavy_conversations(admin: psycopg.Connection, count: int) -> list[UUID]:
    """Some of HEAVY's conversations, always the same ones."""
    found = admin.execute(
        "SELECT id FROM conversations WHERE user_id = %s ORDER BY id LIMIT %s", [HEAVY, count]
    )
    return [row[0] for row in found]


def _make(server: Server, messages: int) -> str:
    name = f"speed_{messages}"
    embedded.ensure_database(server, name, EMBEDDED_ROLE, _BETTER_AUTH)
    runner.upgrade(Project.load(ROOT / "alembic.ini", server.url(name, EMBEDDED_ROLE)))
    with server.connect(name) as admin:
        # The price of software is asked for, not the disk's.
        admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        known = admin.execute("SELECT FROM pg_roles WHERE rolname = %s", [LOGIN])
        if known.fetchone() is None:
            admin.execute(f"CREATE ROLE {LOGIN} LOGIN IN ROLE app_user".encode())
        _fill(admin, users=max(1, (messages - _MANY) // 1000))
    return name


def _fill(admin: psycopg.Connection, users: int) -> None:
    """The indexes of messages are made afterwards: in a tenth of the time, and as dense as can be.

    Each row meets its conversation, so the keys are not looked up once more.
    """
    given = {"users": users, "heavy": HEAVY}
    for statement in (_USERS, _TASKS, _CONVERSATIONS):
        admin.execute(statement.encode(), given)
    later = admin.execute(_INDEXES).fetchall()
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute("SET LOCAL maintenance_work_mem = '1GB'")
        admin.execute("SET LOCAL work_mem = '1GB'")
        for name, _ in later:
            admin.execute(f"DROP INDEX {name}".encode())
        admin.execute(_MESSAGES.encode(), given)
        for _, definition in later:
            admin.execute(definition.encode())
    admin.execute("VACUUM (ANALYZE)")
    admin.execute("CHECKPOINT")
