"""Reviews the revisions of a project: what they do, whether they are undone, whom they break."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator import errors
from migrator.review import compatibility
from migrator.review.acknowledged import acknowledged, with_acknowledged
from migrator.review.place import has_own_server
from migrator.review.rehearsal import Rehearsal
from migrator.review.reversal import Given, Place, Reversal, reverse, worker
from migrator.review.review import Review, review
from migrator.review.revisions import Source, rehearse_revisions
from migrator.review.safe_forms.form import Dialect
from migrator.review.walking import walk


@dataclass(frozen=True)
class Wanted:
    """What is rehearsed besides the revisions themselves, each of which costs time.

    `interfere`: who waits, under load. `reversal`: the way back, with `new_rows` that the new
    release writes. `compatibility`: the statements of the release before each revision, out of
    `probes` if given.
    """

    interfere: bool = True
    reversal: bool = True
    compatibility: bool = True
    new_rows: Path | None = None
    probes: Sequence[Path] = ()


def review_chain(
    ini: Path,
    between: str,
    place: Place,
    source: Source,
    wanted: Wanted,
    *,
    python: Path | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Review:
    """Review the revisions of a range ("base..head"); `python` is the project's interpreter.

    Raises MigratorError when they cannot be rehearsed.
    """
    if not ini.is_file():
        raise errors.no_alembic_ini(ini)
    lower, dots, upper = between.partition("..")
    if not dots:
        raise errors.not_a_range(between)
    accepted = acknowledged(ini)
    probes = compatibility.given(ini, wanted.probes)
    runs = rehearse_revisions(
        ini,
        lower,
        upper,
        place,
        source,
        python=python,
        interfere=wanted.interfere,
        report=report,
    )
    back: list[Reversal] = []
    broken: dict[str, list[compatibility.Broken]] = {}
    with worker(python) as process, walk(ini, place, process) as walking:
        for before, revision in _steps(runs) if wanted.reversal or wanted.compatibility else ():
            template = walking.copy_of(before, revision)
            if wanted.reversal:
                report(f"reversing {revision}")
                given = Given(source.seed, wanted.new_rows)
                back.append(
                    reverse(
                        ini,
                        before,
                        revision,
                        place=place,
                        worker=process,
                        given=given,
                        template=template,
                    )
                )
            if wanted.compatibility:
                report(f"the release before {revision}")
                broken[revision] = compatibility.rehearse(
                    ini,
                    before,
                    revision,
                    place=place,
                    worker=process,
                    probes=probes,
                    seed=source.seed,
                    template=template,
                )
    runs = with_acknowledged(runs, accepted)
    return review(runs, source.rows, reversals=back, broken=broken, dialect=_dialect(ini))


def _steps(runs: Sequence[Rehearsal]) -> list[tuple[str, str]]:
    """The upgrades, as the revision before and the revision."""
    ups = (run for run in runs if not run.downgrade)
    return [
        (run.before_revision, run.revision) for run in ups if run.before_revision and run.revision
    ]


def _dialect(ini: Path) -> Dialect:
    """Safe forms are written for who reads them: with migrator.ops only where it is in use."""
    return "ops" if has_own_server(ini) else "alembic"
