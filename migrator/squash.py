"""One revision in the place of many: a new base, proved to build the same schema.

The old ones are kept (migrator.squashed) for the databases that are still among them.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.script import Script
from alembic.script.write_hooks import _run_hooks

from migrator import builds, errors, render, squashed
from migrator.catalog import Catalog, differences, read
from migrator.dump import dump
from migrator.project import Project, external
from migrator.record import TOOLS_OWN, VERSION_TABLE
from migrator.repair import repair
from migrator.runner import pending, title

_UNUSED = re.compile(r"setval\('.*', 1, false\)$")
"""A sequence that nobody has asked for a value."""

_WIDTH = 80

_BOUND = re.compile(r"(?<![:\w\\]):(?=\w)")
"""A colon that SQLAlchemy would take for the beginning of a parameter."""

_FILE = '''\
"""{title}

{why}
"""

from alembic import op

from migrator import ops

revision = "{revision}"
down_revision = None

ROLES = {roles}
TABLES = {tables}
SCHEMA = (
{up},
)
WAY_BACK = (
{down},
)


def upgrade() -> None:
    for role in ROLES:
        ops.create_role(role)
    for statement in SCHEMA:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        ops.refuse_data_loss(table)
    for statement in WAY_BACK:
        op.execute(statement)
'''


@dataclass(frozen=True)
class Squashed:
    """`replaced` are the file names of the old revisions, oldest first; `file` is the new one's.

    `rendered` are the files of sql/ that changed.
    """

    revision: str
    file: str
    replaced: list[str]
    rendered: list[str]


def squash(project: Project, to: str = "head") -> Squashed:
    """Replace the revisions from the first one to `to` by one with the id of the last.

    Nothing is changed unless the new one builds the same schema, and takes it away again. Raises
    MigratorError when it does not, and when there are fewer than two revisions to squash.
    """
    scripts = pending(project, None, to)
    if len(scripts) < 2 or {Path(one.path) for one in scripts} & {*squashed.files(project.script)}:
        raise errors.nothing_to_squash(to)
    built = _build(project, scripts)
    old = [Path(script.path) for script in scripts]
    new = old[-1].with_name(f"{old[-1].name[:13]}_create_the_schema_at_once.py")
    kept = {Path(one.path) for one in squashed.replacing(project.script)}
    with _all_or_nothing(old, new, kept):
        new.write_text(built.text, encoding="utf-8")
        # As Alembic does with what it writes itself; it has no public name for it, and prints.
        with redirect_stdout(sys.stderr):
            _run_hooks(str(new), project.script.hooks)
        again = Project.load(project.folder / "alembic.ini")
        _prove(again, scripts[-1].revision, built)
        rendered = render.write(again)
    return Squashed(scripts[-1].revision, new.name, [path.name for path in old], rendered)


@dataclass(frozen=True)
class _Built:
    """The schemas before the first revision and after the last, and the file that says the same."""

    before: Catalog
    after: Catalog
    tables: list[str]
    text: str


def _read(connection: sa.Connection) -> Catalog:
    return read(connection).without(TOOLS_OWN)


_ROLES = """
SELECT DISTINCT r.rolname FROM pg_shdepend AS d JOIN pg_roles AS r ON r.oid = d.refobjid
WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('a', 'r')
    AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND r.rolname <> current_user AND NOT starts_with(r.rolname, 'pg_')
"""


def _build(project: Project, scripts: list[Script]) -> _Built:
    with builds.beside_others(project) as connection:
        there = _names(connection)
        others, before = dump(project, connection, "--schema-only"), _read(connection)
        builds.by_revisions(project, connection, scripts[-1].revision)
        after = _read(connection)
        up = dump(project, connection, "--schema-only") + _rows(project, connection)
        roles = _names(connection) - there
    tables = sorted(
        _table(one) for kind, one in after.objects.keys() - before.objects.keys() if kind == "table"
    )
    down = [one for step in repair(before, after) for one in step.statements]
    first, last = scripts[0], scripts[-1]
    text = _FILE.format(
        title=f"Create the schema of {len(scripts)} revisions at once.",
        why=f"From {first.revision} ({title(first)})\nto {last.revision} ({title(last)}),"
        "\nand proved to be the same. They stand in squashed/ for databases still among them.",
        revision=last.revision,
        roles=_tuple(sorted(roles)),
        tables=_tuple(tables),
        up=_literals(one for one in up if one not in others),
        down=_literals(down),
    )
    return _Built(before, after, tables, text)


def _names(connection: sa.Connection) -> set[str]:
    """The roles that have rights in the database, or stand in its policies."""
    found = set(connection.exec_driver_sql(_ROLES).scalars())
    connection.rollback()
    return found


def _table(identity: str) -> str:
    return identity.removeprefix("public.")


def _rows(project: Project, connection: sa.Connection) -> list[str]:
    """The rows that the revisions themselves have written, as INSERTs, and the sequences' stand."""
    theirs = [f"--exclude-table={_quoted(name)}" for name in external(project.metadata)]
    stamp = f"--exclude-table={VERSION_TABLE}"
    found = dump(project, connection, "--data-only", "--inserts", stamp, *theirs)
    return [one for one in found if not _UNUSED.search(one)]


def _quoted(name: str) -> str:
    """As pg_dump's patterns take a name as it is written."""
    return '"' + name.replace('"', '""') + '"'


def _literal(statement: str) -> str:
    """A literal of Python's, one line of it or more for each of the statement's."""
    parts = (part for line in statement.splitlines(True) for part in _wrapped(line))
    return "\n".join(f"    {json.dumps(part, ensure_ascii=False)}" for part in parts)


def _wrapped(line: str) -> Iterator[str]:
    """The same text in parts, each after a space."""
    while len(line) > _WIDTH and (cut := line.rfind(" ", 0, _WIDTH) + 1) > 0:
        yield line[:cut]
        line = line[cut:]
    yield line


def _tuple(names: list[str]) -> str:
    return "(" + "".join(f"{json.dumps(name)}, " for name in names).rstrip() + ")"


def _literals(statements: Iterable[str]) -> str:
    """Python's own literals, one statement a line or more; colons are no parameters."""
    return ",\n".join(_literal(_BOUND.sub(r"\\:", one)) for one in statements)


def _prove(project: Project, revision: str, built: _Built) -> None:
    """Build the new base, take it away, and go the old way: three times the same."""
    with builds.beside_others(project) as connection:
        builds.by_revisions(project, connection, revision)
        _same(built.after, _read(connection), "upgrade")
        builds.back(project, connection, losing=built.tables)
        _same(built.before, _read(connection), "downgrade")


def _same(wanted: Catalog, actual: Catalog, direction: str) -> None:
    found = differences(wanted, actual)
    if found:
        raise errors.squash_differs(direction, list(map(str, found)))


@contextmanager
def _all_or_nothing(old: list[Path], new: Path, kept: set[Path]) -> Iterator[None]:
    """Put the old files away, those that are `kept` already excepted; back again on failure."""
    texts = {path: path.read_bytes() for path in old}
    folder = old[0].parent / squashed.FOLDER
    made = not folder.exists()
    folder.mkdir(exist_ok=True)
    for path in old:
        if path in kept:
            path.unlink()
        else:
            path.rename(folder / path.name)
    try:
        yield
    except BaseException:  # an interruption, too, leaves the files as they were
        new.unlink(missing_ok=True)
        for path, text in texts.items():
            (folder / path.name).unlink(missing_ok=True)
            path.write_bytes(text)
        if made:
            shutil.rmtree(folder)
        raise
