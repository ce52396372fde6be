"""Render the pages that describe the database, and what is sent to it: `make docs`.

`--check` names the stale ones.

Exit status: 0 done, 1 stale, 2 could not run.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs._generate import (  # noqa: E402
    adrs,
    erd,
    indexes,
    mistakes,
    plans,
    release,
    rules,
    schema,
    security,
    volume,
)
from docs._generate.markdown import between  # noqa: E402
from migrator import builds, errors  # noqa: E402
from migrator.catalog import Catalog, read  # noqa: E402
from migrator.project import Project, ours  # noqa: E402

DOCS = ROOT / "docs"
STATEMENTS = ROOT / "queries" / "statements.sql"


def pages(project: Project) -> dict[Path, str]:
    """Every page that is rendered, wholly or between markers, with the text it should have.

    Builds the revisions' schema in a sandbox to look at it.
    """
    with _at_head(project) as (connection, engine):
        used, statements = security.uses(engine), release.page(engine)
        return rendered(project, read(connection), used) | {STATEMENTS: statements}


def plans_page(project: Project) -> str:
    """docs/plans.md, on data that is loaded for it. A test says when it is stale: `--check`, which
    must be quick and may run beside anything, leaves it out.
    """
    with _at_head(project) as (_, engine):
        with engine.connect() as superuser:
            volume.fill(superuser, volume.MEDIUM)
        return plans.page(engine)


@contextmanager
def _at_head(project: Project) -> Iterator[tuple[sa.Connection, sa.Engine]]:
    """A sandbox with the revisions' schema, and an engine of the superuser's on it."""
    with builds.beside_others(project) as connection:
        builds.by_revisions(project, connection)
        name = connection.engine.url.database or ""
        yield connection, sa.create_engine(project.server.url(name), poolclass=sa.NullPool)


def rendered(project: Project, catalog: Catalog, used: security.Uses) -> dict[Path, str]:
    """The same out of the catalog of a database at head, and of what queries/ does in it."""
    tables = ours(project.metadata)
    our_own = catalog.only(tables, {"function"}).without_owners()
    diagram = erd.diagram(project.metadata)
    return {
        DOCS / "schema.md": schema.page(project.metadata, our_own),
        DOCS / "indexes.md": indexes.page(our_own),
        DOCS / "adr" / "README.md": adrs.page(DOCS / "adr"),
        DOCS / "migrations.md": _filled(DOCS / "migrations.md", "errors", mistakes.table()),
        DOCS / "queries.md": _filled(DOCS / "queries.md", "queries", plans.table()),
        DOCS / "security.md": _filled(
            DOCS / "security.md", "checklist", security.checklist(tables, catalog, used)
        ),
        ROOT / "README.md": _filled(ROOT / "README.md", "erd", diagram),
    } | rules.pages(DOCS / "rules")


def stale(wanted: dict[Path, str]) -> list[errors.Finding]:
    """One finding for each page that does not have the text it should have."""
    return [
        errors.page_stale(str(path.relative_to(ROOT)))
        for path, text in wanted.items()
        if not path.exists() or path.read_text() != text
    ]


def _filled(path: Path, marker: str, content: str) -> str:
    return between(path.read_text(), marker, content, str(path.relative_to(ROOT)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    check = parser.parse_args().check
    try:
        project = Project.load(ROOT / "alembic.ini")
        wanted = pages(project)
        if not check:
            wanted[DOCS / "plans.md"] = plans_page(project)
    except errors.MigratorError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if check:
        found = stale(wanted)
        print(*found, sep="\n", end="\n" if found else "")
        return 1 if found else 0
    for path, text in wanted.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
