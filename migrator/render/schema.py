"""sql/schema.sql: the schema at head as pg_dump writes it, without what others own.

A dump from before the first revision says what is not ours: its tables and grants, and pg_dump's
own settings, which differ from version to version. Roles belong to the cluster, not to the schema.
"""

import os
import subprocess

import sqlalchemy as sa

from migrator import errors
from migrator.builds import beside_others, by_revisions
from migrator.embedded import wheel_programs
from migrator.project import Project
from migrator.record import TOOLS_OWN
from migrator.render.layout import lay_out
from migrator.render.statements import statements

NAME = "schema.sql"

_HEADER = """\
-- The schema at head, revision {head}, to read: a database gets it by the revisions.
-- Beside it stand the tables of others ({others}); the roles in its grants are made by the
-- revisions. Rendered by `make sql`: never edited.
"""


def render_schema(project: Project) -> str:
    with beside_others(project) as connection:
        others = _dump(project, connection)
        by_revisions(project, connection)
        found = _dump(project, connection)
    head = project.script.get_current_head()
    text = [_HEADER.format(head=head, others=project.path("external_tables").name)]
    text += [f"{lay_out(one)}\n" for one in found if one not in others]
    return "\n".join(text)


def _dump(project: Project, connection: sa.Connection) -> list[str]:
    """The statements of a dump; the meta-commands around them are those of every other one too."""
    # As superuser: pg_dump locks every table, and the others' are not ours to read.
    url = sa.make_url(project.server.url(connection.engine.url.database or ""))
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = ["--schema-only", "--no-owner", "--restrict-key=none"]
    options += [f"--exclude-table={table}" for table in sorted(TOOLS_OWN)]
    done = subprocess.run(
        [wheel_programs() / "pg_dump", *options, address],
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise errors.dump_failed(done.stderr)
    return [one for one in statements(done.stdout) if not one.startswith("SET ")]
