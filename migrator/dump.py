"""A database as pg_dump tells it, taken apart into statements."""

import os
import subprocess

import sqlalchemy as sa

from migrator import errors
from migrator.embedded import wheel_programs
from migrator.project import EMBEDDED_ROLE, Project
from migrator.record import TOOLS_OWN
from migrator.render.statements import statements


def dump(project: Project, connection: sa.Connection, *options: str) -> list[str]:
    """The statements of a sandbox's dump, without owners and the tool's own tables.

    pg_dump's meta-commands and settings, the same in every dump, are those of the first one too.
    """
    # As superuser: pg_dump locks every table, and the others' are not ours to read.
    url = sa.make_url(project.server.url(connection.engine.url.database or ""))
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    always = ["--no-owner", "--restrict-key=none"]
    always += [f"--exclude-table={table}" for table in sorted(TOOLS_OWN)]
    done = subprocess.run(
        [wheel_programs() / "pg_dump", *always, *options, address],
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise errors.dump_failed(done.stderr)
    # --no-owner leaves it standing here: without it, the role that runs the file is meant.
    owner = f"ALTER DEFAULT PRIVILEGES FOR ROLE {EMBEDDED_ROLE} "
    return [
        one.replace(owner, "ALTER DEFAULT PRIVILEGES ")
        for one in statements(done.stdout)
        if not one.startswith(("SET ", "\\"))
    ]
