"""Rehearses the revisions of any Alembic project, each with rows, upwards and downwards."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import sqlalchemy as sa

from migrator import errors
from migrator.review.database import FEWEST, ON_ROWS, SMALLER, conninfo, empty, settle
from migrator.review.events import Events
from migrator.review.interfere import Clock, touched, under_load, with_waits
from migrator.review.observed import Failure, Observed
from migrator.review.rehearsal import Rehearsal
from migrator.review.remote import OnEvent, Runner, Step, runner
from migrator.review.reversal import Place
from migrator.review.reversal.roles import Roles, roles
from migrator.review.supply import Source, Supply
from migrator.sandbox import sandbox

Report = Callable[[str], None]

__all__ = ["Source", "rehearse_revisions"]


def rehearse_revisions(
    ini: Path,
    lower: str,
    upper: str,
    place: Place,
    source: Source = Source(),  # noqa: B008  it cannot change
    *,
    python: Path | None = None,
    downgrades: bool = True,
    interfere: bool = False,
    report: Report = lambda _: None,
) -> list[Rehearsal]:
    """Run the revisions after `lower` up to `upper` and tell what each did, upgrade and downgrade.

    The project's env.py and models are left as they are; `python` is its interpreter.
    Stops at the first revision that fails, unless generated rows are to blame. Raises MigratorError
    when the project cannot be run at all.
    """

    def run(rows: int) -> list[Rehearsal]:
        with _passing(ini, place, source, rows, python, report) as one:
            return one.run(lower, upper, downgrades=downgrades)

    full = run(source.rows)
    if interfere:
        with _passing(ini, place, source, source.rows, python, report) as one:
            full = one.under_load(lower, upper, full)
    if source.seed or source.dump or source.rows < FEWEST:
        return full
    fewer = {(r.revision, r.downgrade): r for r in run(max(source.rows // SMALLER, 1))}
    return [_with_smaller(one, fewer.get((one.revision, one.downgrade))) for one in full]


@contextmanager
def _passing(
    ini: Path, place: Place, source: Source, rows: int, python: Path | None, report: Report
) -> Iterator["_Pass"]:
    with (
        roles(place.admin_url) as noted,
        _database(place) as (url, where),
        runner(ini, url, python) as project,
        psycopg.connect(where, autocommit=True) as own,
    ):
        noted.belong_to(url)
        settle(own)
        yield _Pass(project, own, where, noted, source, rows, report)


@contextmanager
def _database(place: Place) -> Iterator[tuple[str, str]]:
    """A throwaway database: its address for who migrates, and libpq's for the administrator."""
    with sandbox(
        place.admin_url, prefix="review", owner=place.owner, seed=place.external
    ) as address:
        url = sa.make_url(address)
        migrating = url.set(username=place.owner) if place.owner else url
        yield migrating.render_as_string(hide_password=False), conninfo(address)


def _with_smaller(one: Rehearsal, fewer: Rehearsal | None) -> Rehearsal:
    if fewer is None:
        return one
    return replace(one, smaller=fewer.statements, smaller_rows=fewer.rows)


class _Pass:
    """All revisions once, in one database."""

    def __init__(
        self,
        project: Runner,
        own: psycopg.Connection,
        conninfo: str,
        noted: Roles,
        source: Source,
        rows: int,
        report: Report,
    ) -> None:
        self._project, self._own, self._conninfo = project, own, conninfo
        self._roles = noted
        self._rows, self._report = rows, report
        self._generates = source.generated
        self._supply = Supply(own, noted, source, rows)

    def run(self, lower: str, upper: str, *, downgrades: bool) -> list[Rehearsal]:
        """All the way up, then all the way down again."""
        steps = self._project.revisions(lower, upper)
        self._prepare(steps)
        done: list[Rehearsal] = []
        reached: list[Step] = []
        for step in steps:
            self._report(f"rehearsing {step.revision} with {self._rows} rows a table")
            seen, there = self._watch(step, "upgrade", step.revision)
            done.append(seen)
            if not there:
                break
            reached.append(step)
        self._supply.end()
        if downgrades:
            done += self._down(reached)
        return done

    def _down(self, steps: Sequence[Step]) -> Iterator[Rehearsal]:
        """As far as it goes: what only the rows forbid is gone on from without them."""
        for step in reversed(steps):
            before = _before(step)
            if before is None:
                return
            self._report(f"rehearsing the downgrade of {step.revision}")
            seen, there = self._watch(step, "downgrade", before)
            yield seen
            if not there:
                empty(self._own)
                if self._run("downgrade", before):
                    return

    def under_load(self, lower: str, upper: str, seen: Sequence[Rehearsal]) -> list[Rehearsal]:
        """The upgrades once more while an application works, which gives them its waits."""
        steps = self._project.revisions(lower, upper)
        self._prepare(steps)
        ups = {run.revision: run for run in seen if not run.downgrade and not run.failure}
        waited: dict[str | None, Rehearsal] = {}
        for step in steps:
            run = ups.get(step.revision)
            if run is None:
                break
            self._report(f"interfering with {step.revision}")
            self._supply.fill()
            clock = Clock()
            with under_load(self._conninfo, touched(run.statements)) as workload:
                failed = self._run("upgrade", step.revision, clock.on_event)
            if failed:
                break
            statements = with_waits(run.statements, clock, workload)
            waited[step.revision] = replace(run, statements=statements)
        return [run if run.downgrade else waited.get(run.revision, run) for run in seen]

    def _prepare(self, steps: Sequence[Step]) -> None:
        """Bring the database to the revision before."""
        self._supply.begin(self._conninfo)
        first = steps[0].down if steps else None
        for down in [first] if isinstance(first, str) else first or []:
            self._must("upgrade", down)

    def _run(self, verb: str, to: str, on_event: OnEvent | None = None) -> Failure | None:
        """Roles that it makes go with the database."""
        return self._roles.noting(lambda: self._project.run(verb, to, on_event))

    def _must(self, verb: str, to: str) -> None:
        failed = self._run(verb, to)
        if failed:
            raise errors.not_rehearsable(verb, to, failed.message)

    def _watch(self, step: Step, verb: str, to: str) -> tuple[Rehearsal, bool]:
        """What a step did, and whether the schema is now as it leaves it."""
        self._supply.fill()
        seen = self._once(step, verb, to)
        if self._generates and _on_rows(seen):
            # Rows that stem from before a NOT VALID constraint: now there are others.
            empty(self._own)
            self._supply.fill()
            seen = self._once(step, verb, to)
        if not _on_rows(seen):
            return seen, seen.failure is None
        empty(self._own)
        again = self._once(step, verb, to)
        *others, failed = seen.statements
        same = next(iter(again.statements[len(others) :]), None)
        seen = replace(seen, statements=(*others, replace(failed, without_rows=same)))
        return seen, again.failure is None and self._generates

    def _once(self, step: Step, verb: str, to: str) -> Rehearsal:
        events = Events(self._project, self._own, self._conninfo)
        failure = self._run(verb, to, events)
        events.finish()
        observer = events.observer
        if failure and observer.statements and not observer.statements[-1].failure:
            _blame(observer.statements, failure)
        return Rehearsal(
            self._own.info.parameter_status("server_version") or "",
            "wrapped",
            observer.before_all,
            observer.before_all if failure else observer.catalog,
            observer.rows,
            tuple(observer.statements),
            failure=failure,
            unfilled=dict(self._supply.unfilled),
            generated=self._generates,
            revision=step.revision,
            before_revision=_before(step),
            file=step.file,
            downgrade=verb == "downgrade",
            acknowledge=step.acknowledge,
            irreversible=step.irreversible,
        )


def _before(step: Step) -> str | None:
    return step.down or "base" if not isinstance(step.down, list) else None


def _on_rows(seen: Rehearsal) -> bool:
    failed = seen.failed
    return bool(failed and failed.failure and failed.failure.sqlstate[:2] in ON_ROWS)


def _blame(statements: list[Observed], failure: Failure) -> None:
    """What fails at COMMIT, a deferred constraint, is the newest statement's."""
    if failure.sqlstate:
        statements[-1] = replace(statements[-1], failure=failure)
