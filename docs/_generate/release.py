"""queries/statements.sql: what this release sends, for the review of the revisions that come after.

`migrator review` tries it before and after each new revision (docs/review.md). Every query is in it
once, with the rows that it asks for written before, so that one that breaks is seen to break.
"""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

import psycopg
import sqlalchemy as sa

from docs._generate import asked
from docs._generate.asked import Subject
from docs._generate.served import SERVED

_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
_ADA = Subject("ada", UUID(int=1), 1_000_001, _NOW, _NOW - timedelta(hours=1), _NOW)

_ROWS = """\
-- What each query of queries/ sends, in an order in which all of them find what they ask for.
-- Rendered by `make docs`, never edited. `migrator review` tries it on both sides of a revision.

SET ROLE better_auth;
INSERT INTO "user" (id, name, email, "emailVerified") VALUES ('ada', 'Ada', 'ada@localhost', true);
RESET ROLE;
INSERT INTO conversations (id, user_id, title, created_at, updated_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'ada', 'Errands', '2026-01-01', '2026-01-01 12:00');
INSERT INTO messages (user_id, conversation_id, role, content, created_at)
SELECT 'ada', uuid '00000000-0000-0000-0000-000000000001', 'user', 'said',
    timestamptz '2026-01-01 10:00+00' + n * interval '1 minute' FROM generate_series(1, 100) AS n
UNION ALL
SELECT 'ada', '00000000-0000-0000-0000-000000000001', 'user', 'long ago', '2025-01-01';
INSERT INTO tasks (id, user_id, title, completed, tags, due_date, updated_at)
SELECT 1000000 + n, 'ada', 'task ' || n, n > 3, ARRAY['rare'],
    timestamptz '2026-01-01 14:00+00' - n * interval '1 hour', '2026-01-01 12:00+00'
FROM generate_series(1, 6) AS n;
SELECT set_app_user('ada');
"""


def page(engine: sa.Engine) -> str:
    """The whole file; `engine` is a superuser's, on a database at head."""
    parts = [_ROWS]
    for role, names in groupby(_ordered(), lambda name: SERVED[name].role):
        parts.append(f"SET ROLE {role};\n")
        parts += [_section(engine, name) for name in names]
    return "\n".join(parts)


def _ordered() -> list[str]:
    """What takes rows away comes last, and a task's completion, which moves its time, after its
    update: backwards, as it happens.
    """
    names = sorted(SERVED, reverse=True)
    return sorted(names, key=lambda name: name.endswith((".delete", ".purge")))


def _section(engine: sa.Engine, name: str) -> str:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)  # noqa: S101
        writer = psycopg.ClientCursor(driver)
        texts = [
            writer.mogrify(sent.text.encode(), sent.parameters or None)
            for sent in asked.sent(engine, asked.functions()[name], _ADA)
        ]
    lines = "\n".join(f"{text};" for text in texts).splitlines()
    return "\n".join([f"-- {name}: {SERVED[name].what}", *(line.rstrip() for line in lines), ""])
