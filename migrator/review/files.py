"""Rehearses a file of SQL in a throwaway database that another file of SQL sets up."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from migrator import errors
from migrator.embedded import wheel_programs
from migrator.review.backend import Plain
from migrator.review.database import FEWEST, ON_ROWS, ROWS, SMALLER, conninfo, has_rows, settle
from migrator.review.database import empty as empty_tables
from migrator.review.interfere import Clock, play, touched, under_load, with_waits
from migrator.review.observed import Observed
from migrator.review.rehearsal import Rehearsal, Transaction
from migrator.review.reversal.roles import Roles, roles
from migrator.review.script import Script, executable
from migrator.rows import fill
from migrator.sandbox import sandbox

_MAKES_ROLES = re.compile(r"\bCREATE\s+(ROLE|USER|GROUP|TABLESPACE)\b", re.IGNORECASE)
_TAKES_ROWS = re.compile(r":\{\?n\}|:n\b")


def rehearse_sql(
    up: str,
    setup: str,
    transaction: Transaction,
    probes: Sequence[str],
    admin_url: str,
    *,
    rows: int = ROWS,
    interfere: bool = False,
) -> Rehearsal:
    """Run `up` after `setup` (for psql, its variable `n` is the number of rows) and tell all.

    `probes` are statements of the running release; with `interfere` an application works meanwhile,
    in a run of its own. The user of `admin_url` is a superuser. Raises MigratorError when the setup
    does not run.
    """
    case = _Case(up, setup, transaction, probes, admin_url)
    seen = case.run(rows)
    if seen.failed and seen.failed.failure and seen.failed.failure.sqlstate[:2] in ON_ROWS:
        seen = _with(seen, case.run(rows, empty=True).statements)
    if (case.takes_rows or case.generated) and rows >= FEWEST:
        fewer = case.run(max(rows // SMALLER, 1), only_figures=True)
        seen = replace(seen, smaller=fewer.statements, smaller_rows=fewer.rows)
    if interfere and not seen.failed:
        seen = replace(seen, statements=case.under_load(rows, seen.statements))
    return seen


def _with(seen: Rehearsal, empty: Sequence[Observed]) -> Rehearsal:
    """The failed statement is told together with what it does where there are no rows."""
    failed = seen.statements[-1]
    same = next((one for one in empty if one.index == failed.index), None)
    return replace(seen, statements=(*seen.statements[:-1], replace(failed, without_rows=same)))


class _Case:
    def __init__(
        self,
        up: str,
        setup: str,
        transaction: Transaction,
        probes: Sequence[str],
        admin_url: str,
    ) -> None:
        self._up, self._setup, self._transaction = up, setup, transaction
        self._probes, self._admin_url = probes, admin_url
        self.generated = False

    @property
    def takes_rows(self) -> bool:
        """Whether the setup says itself how many rows there are, of so many that are wanted."""
        return _TAKES_ROWS.search(self._setup) is not None

    def run(self, rows: int, *, empty: bool = False, only_figures: bool = False) -> Rehearsal:
        with (
            self._database(rows) as (where, noted),
            psycopg.connect(where, autocommit=True) as own,
            psycopg.connect(where, autocommit=True) as raw,
        ):
            if empty:
                empty_tables(own)
            script = Script(Plain(raw), own, where, self._transaction, schema=not only_figures)
            probes = [] if empty or only_figures else self._probes
            noted.noting(lambda: script.run(self._up, probes))
            return Rehearsal(
                raw.info.parameter_status("server_version") or "",
                self._transaction,
                script.observer.before_all,
                script.observer.catalog,
                script.observer.rows,
                tuple(script.observer.statements),
                script.probes.results(),
                script.left_open,
                generated=self.generated,
            )

    def _generates(self, own: psycopg.Connection) -> bool:
        """A setup that makes tables and no rows gets generated ones."""
        if not self.takes_rows and not self.generated:
            self.generated = not has_rows(own)
        return self.generated

    @contextmanager
    def _database(self, rows: int) -> Iterator[tuple[str, Roles]]:
        """A throwaway database that has been set up, as libpq names it."""
        admin = self._admin_url
        alone = _MAKES_ROLES.search(self._setup + self._up) is not None
        with roles(admin, alone=alone) as noted, sandbox(admin, prefix="review") as address:
            noted.belong_to(address)
            where = conninfo(address)
            noted.noting(lambda: run_psql(where, self._setup, rows))
            with psycopg.connect(where, autocommit=True) as own:
                settle(own)
                if self._generates(own):
                    fill(own, rows=rows)
                    own.execute("ANALYZE")
            yield where, noted

    def under_load(self, rows: int, statements: Sequence[Observed]) -> tuple[Observed, ...]:
        """The statements, run once more while sessions work on the tables, with their waits."""
        clock = Clock()
        data = [data for _, _, data in executable(self._up)]
        with self._database(rows) as (where, noted), psycopg.connect(where, autocommit=True) as raw:
            with under_load(where, touched(statements)) as workload:
                noted.noting(lambda: play(raw, statements, data, clock))
            return with_waits(statements, clock, workload)


def run_psql(conninfo: str, text: str, rows: int) -> None:
    """Run a file for psql; raises MigratorError with what it said when it stops."""
    done = subprocess.run(
        [
            wheel_programs() / "psql",
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            f"--set=n={rows}",
            f"--dbname={conninfo}",
            "--file=-",
        ],
        env={"PATH": os.defpath, "PGCLIENTENCODING": "UTF8"},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise errors.setup_failed(done.stderr)
