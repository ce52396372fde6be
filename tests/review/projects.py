"""Alembic projects as others write them: with an address of their own, and nothing of ours."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import indent

# The address is that of a production server, which a rehearsal must never reach.
PLAIN = """\
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("postgresql+psycopg://app:secret@production.invalid/live")
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

ASYNC = """\
import asyncio

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = create_async_engine("postgresql+psycopg_async://app:secret@production.invalid/live")
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
"""

CREATE = (
    'op.execute("CREATE TABLE t (id bigint PRIMARY KEY, a text)")',
    'op.execute("DROP TABLE t")',
)

_REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {down!r}

def upgrade():
{upgrade}

def downgrade():
{downgrade}
"""


def make(folder: Path, env: str, bodies: Sequence[tuple[str, str]]) -> Path:
    """Write a project whose revisions are called 1, 2, … and return its alembic.ini.

    A body of upgrade that holds an empty line goes on, from there, at the top of the module.
    """
    (folder / "env").mkdir()
    (folder / "env" / "env.py").write_text(env)
    (folder / "env" / "versions").mkdir()
    for number, (upgrade, downgrade) in enumerate(bodies, 1):
        body, _, top = upgrade.partition("\n\n")
        text = _REVISION.format(
            number=number,
            down=str(number - 1) if number > 1 else None,
            upgrade=indent(body, "    "),
            downgrade=indent(downgrade or "pass", "    "),
        )
        (folder / "env" / "versions" / f"{number}_.py").write_text(text + top + "\n")
    ini = folder / "alembic.ini"
    ini.write_text("[alembic]\nscript_location = %(here)s/env\npath_separator = os\n")
    return ini
