"""Rows that a user has: an SQL file, or a dump."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
import sqlalchemy as sa

from migrator import errors
from migrator.embedded import wheel_programs
from migrator.redact import redact

_ERROR = re.compile(r"(?:ERROR|FATAL|error): +(?!could not execute query)(.+)")
_PLACE = re.compile(r"^psql:.*?:(\d+): (?:ERROR|FATAL|error): +(.+)", re.MULTILINE)
_PLAIN = "input file appears to be a text format dump"
_OWNERSHIP = re.compile(r"^(ALTER .* OWNER TO|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)\b")
_QUERY_FAILED = re.compile(r"could not execute query: ERROR: +(.+)\nCommand was: (.+)")
_COPY_FAILED = re.compile(r'COPY failed for table "(.+)": ERROR: +(.+)')


def load(connection: psycopg.Connection, file: Path) -> None:
    """Execute an SQL file with psql, as the role of the connection: COPY blocks and \\copy work.

    All or nothing, unless the file has its own COMMIT. Raises MigratorError with the line.
    """
    if not file.is_file():
        raise errors.seed_failed(file, None, "there is no such file")
    role = connection.execute("SELECT current_user, session_user").fetchone()
    command = [*_PSQL, "-v", "ON_ERROR_STOP=1", "--single-transaction"]
    if role and role[0] != role[1]:
        name = str(role[0]).replace('"', '""')
        command += ["-c", f'SET ROLE "{name}"']
    done = _run([*command, "-f", str(file)], connection.info.dsn, connection.info.password)
    if done.returncode != 0:
        place = _PLACE.search(done.stderr)
        line = int(place[1]) if place else None
        raise errors.seed_failed(file, line, _reasons(done.stderr)[0])


def restore(url: str, dump: Path) -> tuple[str, ...]:
    """Restore a dump of any format of pg_dump; return what could not be restored.

    Owners and grants are left out: everything belongs to the user of `url`. Raises MigratorError
    for what is no dump.
    """
    if not dump.exists():
        raise errors.restore_failed(dump, "there is no such file")
    address = sa.make_url(url).set(drivername="postgresql")
    dsn = address.set(password=None).render_as_string(hide_password=False)
    password = str(address.password or "")
    options = ["--no-owner", "--no-privileges", "--no-password", "-d"]
    done = _run([_program("pg_restore"), *options], dsn, password, [str(dump)])
    if _PLAIN in done.stderr:
        return _restore_plain(dsn, password, dump)
    if "errors ignored on restore" not in done.stderr and done.returncode != 0:
        raise errors.restore_failed(dump, _reasons(done.stderr)[0])
    failed = [
        (redact(command.rstrip(";")), reason)
        for reason, command in _QUERY_FAILED.findall(done.stderr)
    ]
    failed += [(f"rows of {table}", reason) for table, reason in _COPY_FAILED.findall(done.stderr)]
    return tuple(f"{what}: {_without_values(reason)}" for what, reason in failed)


def _restore_plain(dsn: str, password: str, dump: Path) -> tuple[str, ...]:
    done = _run([*_PSQL, "-f", str(dump)], dsn, password)
    lines = dump.read_text(errors="replace").split("\n")
    return tuple(
        f"line {number}: {_without_values(reason)}"
        for number, reason in _PLACE.findall(done.stderr)
        if not _OWNERSHIP.match(lines[int(number) - 1])
    )


def _program(name: str) -> str:
    return str(wheel_programs() / name)


_PSQL = ("psql", "-X", "-q", "-v", "VERBOSITY=terse", "--no-password", "-o", os.devnull)


def _run(
    command: Sequence[str], dsn: str, password: str, more: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {
        "PATH": os.defpath,
        "PGPASSWORD": password,
        "PGCLIENTENCODING": "UTF8",
        "LC_MESSAGES": "C",
    }
    if command[0] == "psql":
        command = [_program("psql"), *command[1:], "-d"]
    return subprocess.run(
        [*command, dsn, *more],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _reasons(words: str) -> list[str]:
    """The errors in it, each once."""
    found = [_without_values(one) for one in _ERROR.findall(words)]
    return list(dict.fromkeys(found)) or ["it gives no reason"]


def _without_values(reason: str) -> str:
    """What is read out of a row stands behind a colon."""
    return re.sub(r': ".*$', "", reason)
