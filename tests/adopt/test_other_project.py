"""A project of other tables: nothing of the tool knows those of this repository."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrator import embedded, errors
from migrator.adopt import adopt, blocking, examine
from migrator.project import Project
from tests.adopt.databases import run
from tests.database import execute

Url = Callable[[str], str]

_INI = """
[alembic]
script_location = %(here)s/migrations
version_locations = %(here)s/versions
path_separator = os

[migrator]
embedded = EMBEDDED
embedded_database = todo
external_tables = %(here)s/accounts.sql
external_owner = better_auth
"""

_ENV = """
import sqlalchemy as sa

from migrator import environment

metadata = sa.MetaData()
sa.Table("accounts", metadata, sa.Column("id", sa.Integer), info={"external": True})
for name in ("authors", "books", "loans"):
    sa.Table(name, metadata)
environment.run(metadata)
"""

_BASELINE = '''
"""Take the books over."""

from alembic import op

revision = "aaaa"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE authors (id serial PRIMARY KEY, account integer)")
    op.execute(
        "CREATE TABLE books (isbn varchar(13) PRIMARY KEY, "
        "author integer NOT NULL CONSTRAINT books_author_fkey REFERENCES authors, "
        "title text, pages integer CONSTRAINT books_pages CHECK (pages > 0))"
    )


def downgrade():
    op.execute("DROP TABLE books, authors")
'''

_NEXT = '''
"""Lend the books."""

from alembic import op

from migrator import ops

revision = "bbbb"
down_revision = "aaaa"


def upgrade():
    ops.create_role("ROLE")
    op.execute(
        "ALTER TABLE authors ADD CONSTRAINT authors_account_fkey "
        "FOREIGN KEY (account) REFERENCES accounts"
    )
    op.execute("ALTER TABLE books ALTER title SET NOT NULL")
    op.execute("CREATE TABLE loans (isbn varchar REFERENCES books, since date)")
    op.execute("GRANT SELECT ON loans TO ROLE")


def downgrade():
    pass
'''

_ACCOUNTS = "CREATE TABLE accounts (id integer PRIMARY KEY);"

_LIVE = """
CREATE TABLE authors (id serial PRIMARY KEY, account integer);
CREATE TABLE books (isbn varchar(13) PRIMARY KEY, author integer NOT NULL REFERENCES authors,
    title text, pages integer CONSTRAINT books_pages CHECK (pages > 0));
INSERT INTO authors (account) VALUES (1), (NULL);
INSERT INTO books VALUES ('9780141439518', 1, 'Emma', 474);
"""


@pytest.fixture(scope="module")
def sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an embedded server: the roles that revisions make in a sandbox stay in it."""
    folder = tmp_path_factory.mktemp("sandboxes") / "postgres"
    yield folder
    embedded.stop(folder)


@pytest.fixture
def role() -> str:
    """A role that the cluster of the tests has not."""
    return f"reader_{secrets.token_hex(4)}"


@pytest.fixture
def library(tmp_path: Path, sandboxes: Path, role: str) -> Callable[[str], Project]:
    (tmp_path / "alembic.ini").write_text(_INI.replace("EMBEDDED", str(sandboxes)))
    (tmp_path / "accounts.sql").write_text(_ACCOUNTS)
    for folder in ("migrations", "versions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "migrations" / "env.py").write_text(_ENV)
    (tmp_path / "versions" / "1.py").write_text(_BASELINE)
    (tmp_path / "versions" / "2.py").write_text(_NEXT.replace("ROLE", role))
    return lambda url: Project.load(tmp_path / "alembic.ini", url)


@pytest.fixture
def books(auth_database: str, admin_url: Url) -> str:
    """The address of a database with two authors and a book, and somebody else's accounts."""
    run(admin_url(auth_database), f"{_ACCOUNTS}\nINSERT INTO accounts VALUES (1);\n")
    run(admin_url(auth_database), "GRANT SELECT, REFERENCES ON accounts TO migrator;\n")
    run(auth_database, _LIVE)
    return auth_database


def _said(project: Project) -> list[str]:
    return [f"[{one.code}] {one.message}" for one in blocking(examine(project))]


def test_is_adopted(library: Callable[[str], Project], books: str) -> None:
    adopted = adopt(library(books))
    assert adopted.findings == []
    assert execute(books, "SELECT version_num FROM alembic_version") == [("bbbb",)]
    assert execute(books, "SELECT isbn, title FROM books") == [("9780141439518", "Emma")]


def test_one_table_is_missing(library: Callable[[str], Project], books: str) -> None:
    execute(books, "DROP TABLE books")
    (found,) = blocking(examine(library(books)))
    assert str(found) == (
        'block: "books" is missing, though others of the first revision are there\n'
        "detail: `alembic upgrade aaaa --sql` prints the statement that makes it"
    )


def test_constraints(library: Callable[[str], Project], books: str) -> None:
    run(
        books,
        "ALTER TABLE books DROP CONSTRAINT books_author_fkey, DROP CONSTRAINT books_pages;\n"
        "ALTER TABLE books ADD CONSTRAINT books_pages CHECK (pages > 0) NOT VALID;\n",
    )
    assert _said(library(books)) == [
        '[constraint_missing] "books" has no constraint "books_author_fkey"',
        '[not_validated] constraint "books_pages" of "books" is not validated',
    ]
    for finding in blocking(examine(library(books))):
        execute(books, finding.repair[0])
    assert _said(library(books)) == []


def test_columns_that_a_later_revision_demands(
    library: Callable[[str], Project], books: str
) -> None:
    execute(books, "INSERT INTO books VALUES ('1', 1, NULL, 1)")
    assert _said(library(books)) == [
        '[nulls] column "books.title" is NULL in 1 row, and must not be'
    ]


def test_orphans_of_a_number(library: Callable[[str], Project], books: str) -> None:
    execute(books, "UPDATE authors SET account = 7 WHERE id = 1")
    (found,) = blocking(examine(library(books)))
    assert (
        found.message == '1 of 2 rows of "authors" without an owner: "account" is not in "accounts"'
    )
    assert "'7': 1 row, no match: deleted, or from another environment" in (found.detail or "")


def test_role_that_cannot_be_made(
    library: Callable[[str], Project], books: str, admin_url: Url, role: str
) -> None:
    login = f"login_{secrets.token_hex(4)}"
    run(
        admin_url(books),
        f"CREATE ROLE {login} LOGIN IN ROLE migrator;\nGRANT CREATE ON SCHEMA public TO {login};\n",
    )
    url = library(books).url.set(username=login).render_as_string(hide_password=False)
    (found,) = blocking(examine(library(url)))
    assert str(found) == (
        f'block: the revisions make the roles "{role}", and role "{login}" may not\n'
        "detail: an administrator has to run this; then the revisions find them\n"
        "hint: run this, or decide otherwise, and examine again:\n"
        f"    CREATE ROLE {role} NOLOGIN;"
    )
    execute(admin_url(books), found.repair[0])
    assert _said(library(url)) == []


def test_wrong_search_path(library: Callable[[str], Project], books: str, admin_url: Url) -> None:
    run(books, "CREATE SCHEMA other;\n")
    url = library(books).url.update_query_dict({"options": "-c search_path=other"})
    assert _said(library(url.render_as_string(hide_password=False))) == [
        '[wrong_schema] role "migrator" works in schema "other", not in "public"'
    ]


def test_without_revisions(library: Callable[[str], Project], books: str) -> None:
    project = library(books)
    for path in (project.folder / "versions").glob("*.py"):
        path.unlink()
    with pytest.raises(errors.MigratorError) as refused:
        examine(project)
    assert str(refused.value) == (
        'error: the project has no revisions\nhint: write one: make revision m="…"'
    )
