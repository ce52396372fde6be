"""Phase II databases, as create_all left them and as people changed them."""

from pathlib import Path

import sqlalchemy as sa

from migrator.project import Project
from tests.conftest import ROOT
from tests.database import connect, execute

PHASE_2 = ROOT / "tests" / "data" / "phase_2"
ADA = "a" * 32
BOB = "b" * 32

_USERS = """
INSERT INTO "user" (id, name, email, "emailVerified")
VALUES (%s, 'Ada', 'ada@example.com', true), (%s, 'Bob', 'bob@example.com', true)
"""
_TASKS = """
INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at) VALUES
    (%(ada)s, 'Water the plants', NULL, false, '2026-01-10 08:00', '2026-01-10 08:00'),
    (%(ada)s, 'Überweisung 💸 prüfen', E'two\nlines', true, '2026-02-01 23:30', '2026-07-01 12:00'),
    (%(bob)s, '   ', '', false, '2026-07-15 00:00:00.123456', '2026-07-15 00:00:01')
"""


def sign_up(admin_url: str) -> None:
    """Better Auth's two users."""
    execute(admin_url, _USERS, ADA, BOB)


def phase_2(url: str, admin_url: str, variant: str) -> None:
    """Make the tables of a variant, two users and three tasks, as Phase II would have."""
    sign_up(admin_url)
    run_file(url, PHASE_2 / f"{variant}.sql")
    with connect(url) as connection:
        connection.execute(_TASKS, {"ada": ADA, "bob": BOB})


def run_file(url: str, file: Path) -> None:
    """Execute all statements of a file."""
    run(url, file.read_text())


def run(url: str, statements: str) -> None:
    """Execute several statements, each in a transaction of its own."""
    with connect(url) as connection:
        for statement in statements.split(";\n"):
            if statement.strip():
                connection.execute(statement.encode())


def another(project: Project, role: str) -> Project:
    """The same database reached by another role."""
    url = project.url.set(username=role)
    return Project.load(ROOT / "alembic.ini", url.render_as_string(hide_password=False))


def name_of(url: str) -> str:
    """The database's name."""
    return sa.make_url(url).database or ""
