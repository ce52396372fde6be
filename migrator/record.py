"""The table `migration_log`: who applied or undid which revision, when, and how that ended.

One row a step, beside Alembic's version table. That a step is `applied` is written in the
transaction that stamps it, so the two cannot disagree. `running` is written before it and stays
when the process is killed: the next run, which holds the migration lock, calls it `killed`.
"""

import hashlib
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.runtime.migration import MigrationInfo
from alembic.script import Script

from migrator import __version__
from migrator.errors import Finding, MigratorError, edited_since

VERSION_TABLE = "alembic_version"
LOG_TABLE = "migration_log"
TOOLS_OWN = frozenset({VERSION_TABLE, LOG_TABLE})
"""Tables of the tools: no part of the schema that models and revisions describe."""

Outcome = Literal["applied", "failed", "gave up", "interrupted"]

_LOG = sa.Table(
    LOG_TABLE,
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("revision", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False, comment="upgrade, downgrade or stamp"),
    sa.Column("sha256", sa.Text, comment="of the revision's file; NULL for a stamp"),
    sa.Column("role", sa.Text, nullable=False, server_default=sa.text("session_user")),
    sa.Column("host", sa.Text, nullable=False, comment="where the tool ran"),
    sa.Column("tool", sa.Text, nullable=False, comment="its version"),
    sa.Column(
        "started",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.func.clock_timestamp(),
    ),
    sa.Column("duration", sa.Interval, comment="with the waiting for locks; NULL while it runs"),
    sa.Column("retries", sa.Integer, nullable=False, server_default="0"),
    sa.Column(
        "outcome", sa.Text, nullable=False, comment="applied, failed, gave up, interrupted, killed"
    ),
    sa.Column("error", sa.Text),
    comment="What the migration tool did to this database, a row for each step.",
)


@dataclass(frozen=True)
class Entry:
    """One row; `started` in ISO 8601 and UTC, `seconds` None for a step that runs or was killed."""

    revision: str
    direction: str
    outcome: str
    started: str
    seconds: float | None
    retries: int
    role: str
    host: str
    tool: str
    sha256: str | None
    error: str | None


class Row:
    """The row of a step that the runner makes, from its beginning to its end."""

    def __init__(self, connection: sa.Connection, direction: str, script: Script) -> None:
        self._began = time.monotonic()
        self.retries = 0
        self.ended = False
        _LOG.create(connection, checkfirst=True)
        self._id = _insert(connection, script.revision, direction, sha256(script), "running")
        connection.commit()

    def applied(self, connection: sa.Connection) -> None:
        """Say so in the transaction that is open."""
        self._end(connection, "applied", None)

    def end(self, connection: sa.Connection, outcome: Outcome, error: MigratorError | None) -> None:
        """Say how it ended unless it was applied after all, and commit."""
        self._end(connection, outcome, error.message if error else None)
        connection.commit()

    def _end(self, connection: sa.Connection, outcome: Outcome, error: str | None) -> None:
        connection.execute(
            sa.update(_LOG)
            .where(_LOG.c.id == self._id, _LOG.c.outcome == "running")
            .values(
                outcome=outcome,
                error=error,
                retries=self.retries,
                duration=sa.func.make_interval(0, 0, 0, 0, 0, 0, time.monotonic() - self._began),
            )
        )


class Stamps:
    """What a run of Alembic itself writes: each step when it is applied."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def applied(self, connection: sa.Connection, info: MigrationInfo) -> None:
        """Write the rows of one step in the transaction that is open."""
        _LOG.create(connection, checkfirst=True)
        seconds = sa.func.make_interval(0, 0, 0, 0, 0, 0, time.monotonic() - self._began)
        for script in info.up_revisions:
            if not isinstance(script, Script):
                continue
            direction = "upgrade" if info.is_upgrade else "downgrade"
            _insert(
                connection,
                script.revision,
                "stamp" if info.is_stamp else direction,
                None if info.is_stamp else sha256(script),
                "applied",
                duration=seconds,
                started=sa.func.clock_timestamp() - seconds,
            )
        self._began = time.monotonic()


def settle_killed(connection: sa.Connection) -> None:
    """Find what a killed process left. Only for who holds the migration lock: nobody else runs."""
    if _exists(connection):
        connection.execute(
            sa.update(_LOG).where(_LOG.c.outcome == "running").values(outcome="killed")
        )
    connection.commit()


def read(connection: sa.Connection) -> list[Entry]:
    """All rows, newest first; none without the table."""
    found = sa.select(_LOG).order_by(_LOG.c.id.desc())
    rows = connection.execute(found).mappings().all() if _exists(connection) else []
    connection.rollback()
    return [_entry(row) for row in rows]


def edited(
    entries: list[Entry], applied: list[Script], replacing: Iterable[Script] = ()
) -> list[Finding]:
    """Those of the applied revisions whose file is another one than was applied.

    `replacing` are those that stand for squashed ones: under the same id, either was right.
    """
    others = {script.revision: sha256(script) for script in replacing}
    newest: dict[str, str | None] = {}
    for entry in entries:
        if entry.outcome == "applied" and entry.direction in {"upgrade", "stamp"}:
            newest.setdefault(entry.revision, entry.sha256)
    found = []
    for script in applied:
        was, now = newest.get(script.revision), sha256(script)
        if was not in {None, now, others.get(script.revision)}:
            found.append(edited_since(script.revision, Path(script.path).name, str(was), now))
    return found


def sha256(script: Script) -> str:
    """Of the revision's file, as `sha256sum` writes it."""
    return hashlib.sha256(Path(script.path).read_bytes()).hexdigest()


def _insert(
    connection: sa.Connection,
    revision: str,
    direction: str,
    sha: str | None,
    outcome: str,
    **values: Any,
) -> int:
    added = sa.insert(_LOG).values(
        revision=revision,
        direction=direction,
        sha256=sha,
        host=socket.gethostname(),
        tool=__version__,
        outcome=outcome,
        **values,
    )
    number: int = connection.execute(added.returning(_LOG.c.id)).scalar_one()
    return number


def _exists(connection: sa.Connection) -> bool:
    found = connection.execute(sa.select(sa.func.to_regclass(LOG_TABLE))).scalar_one()
    return found is not None


def _entry(row: Any) -> Entry:
    values = {name: row[name] for name in Entry.__dataclass_fields__ if name in row}
    duration = row["duration"]
    return Entry(
        **values | {"started": row["started"].astimezone(UTC).isoformat(timespec="seconds")},
        seconds=duration and round(duration.total_seconds(), 3),
    )
