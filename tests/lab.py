"""Alembic projects of a few revisions, to run operations on tables of their own."""

import io
import textwrap
from contextlib import redirect_stdout
from pathlib import Path

from alembic import command

from migrator.embedded import Server
from migrator.project import Project

ROOT = Path(__file__).parent.parent
_ENVIRONMENT = ROOT / "tests" / "recipes" / "migrations"
_INI = f"""\
[alembic]
script_location = {_ENVIRONMENT}
version_locations = {{versions}}
prepend_sys_path = {ROOT}
path_separator = os

[migrator]
embedded = {{embedded}}
embedded_database = lab
external_tables = %(here)s/nothing.sql
external_owner = migrator
sql_location = %(here)s/sql

[loggers]
keys = root, alembic

[handlers]
keys = console

[formatters]
keys = plain

[logger_root]
level = WARNING
handlers = console
qualname =

[logger_alembic]
level = INFO
handlers =
qualname = alembic.runtime.migration

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = plain

[formatter_plain]
format = %(message)s
"""
_REVISION = '''\
"""{title}."""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "{revision}"
down_revision = {below!r}


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def lab(folder: Path, server: Server, url: str, versions: Path | None = None) -> Project:
    """Make the project in `folder`; its revisions are in `versions`, or written by `revise`.

    What needs a sandbox gets it on `server`.
    """
    (folder / "nothing.sql").touch()
    (folder / "versions").mkdir(exist_ok=True)
    ini = folder / "alembic.ini"
    place = server.data_dir.parent
    ini.write_text(_INI.format(versions=versions or folder / "versions", embedded=place))
    return Project.load(ini, url)


def revise(project: Project, upgrade: str, downgrade: str = "pass") -> str:
    """Add a revision of this body at the end; returns its id."""
    folder = project.folder / "versions"
    number = len(list(folder.glob("*.py"))) + 1
    revision = f"{number:012x}"
    text = _REVISION.format(
        title=f"Revision {number}",
        revision=revision,
        below=f"{number - 1:012x}" if number > 1 else None,
        upgrade=textwrap.indent(textwrap.dedent(upgrade).strip(), "    ").strip(),
        downgrade=textwrap.indent(textwrap.dedent(downgrade).strip(), "    ").strip(),
    )
    (folder / f"{number:04}_revision.py").write_text(text)
    project.__dict__.pop("script", None)  # Alembic reads revisions once
    return revision


def upgrade(project: Project, url: str, target: str = "head") -> None:
    """As `alembic upgrade` does it: one try for a lock, no preflight."""
    project.config.attributes["url"] = url
    command.upgrade(project.config, target)


def downgrade(project: Project, url: str, target: str = "-1") -> None:
    project.config.attributes["url"] = url
    command.downgrade(project.config, target)


def offline(project: Project, span: str, direction: str = "upgrade") -> str:
    """What `alembic upgrade --sql` writes for `<from>:<to>`."""
    written = io.StringIO()
    project.config.output_buffer = written
    with redirect_stdout(written):
        getattr(command, direction)(project.config, span, sql=True)
    return written.getvalue()
