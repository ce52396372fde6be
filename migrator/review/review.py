"""A whole review: what was run, what it showed, and what is to be said about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from migrator.catalog import Catalog
from migrator.review.compatibility import Broken
from migrator.review.compatibility import findings as breaks
from migrator.review.finding import Finding
from migrator.review.growth import growth
from migrator.review.judge import judge
from migrator.review.rehearsal import Rehearsal
from migrator.review.reversal import Reversal
from migrator.review.safe_forms.form import Dialect

FORMAT = "migrator-review/1"
"""Version of the JSON document: another one when something in it changes its meaning or goes."""


@dataclass(frozen=True)
class Review:
    """`runs` in the order in which they were made, `findings` in that of revisions and statements.

    `rows` is how many each table was to hold. `reversals` stand by revision.
    """

    rows: int
    runs: tuple[Rehearsal, ...]
    findings: tuple[Finding, ...]
    reversals: Mapping[str, Reversal]

    @property
    def version(self) -> str:
        """The server's, such as "18.6"."""
        return self.runs[0].version if self.runs else ""

    @property
    def blocking(self) -> list[Finding]:
        """Errors and warnings that the revision does not acknowledge."""
        return [one for one in self.findings if one.severity != "note" and not one.acknowledged]

    def as_json(self) -> dict[str, Any]:
        """The document that docs/review.md describes."""
        return {
            "format": FORMAT,
            "findings": [asdict(one) for one in self.findings],
            "postgresql": self.version,
            "rows": self.rows,
            "runs": [_run(one) for one in self.runs],
            "reversals": [_reversal(one) for one in self.reversals.values()],
        }


def review(
    runs: Sequence[Rehearsal],
    rows: int,
    *,
    reversals: Iterable[Reversal] = (),
    broken: Mapping[str, Sequence[Broken]] = MappingProxyType({}),
    dialect: Dialect = "sql",
) -> Review:
    """Judge what the rehearsals have shown.

    `broken` has the statements of the release before each revision that do not go on after it.
    """
    back = {one.revision: one for one in reversals}
    found: list[Finding] = []
    for run in runs:
        revision = run.revision or ""
        found += _findings(run, back.get(revision), broken.get(revision, ()), dialect)
    return Review(rows, tuple(runs), tuple(found), back)


def _findings(
    run: Rehearsal, back: Reversal | None, broken: Sequence[Broken], dialect: Dialect
) -> list[Finding]:
    if run.downgrade:
        # Undoing is to drop what was made: said, and left to whoever decides to do it.
        return [
            replace(one, severity="note", downgrade=True) for one in judge(run, dialect=dialect)
        ]
    found = judge(run, run.acknowledge, dialect=dialect)
    if run.failure and not run.failed:
        evidence = {"sqlstate": run.failure.sqlstate}
        found.append(_about(run, "fails-always", "error", run.failure.message, evidence))
    for table, reason in run.unfilled.items():
        words = f"{table} held no rows, so what happens to them was not seen: {reason}"
        found.append(_about(run, "not-filled", "note", words, {"table": table}))
    said = {one.rule for one in found}
    seen = [*(back.findings if back else ()), *breaks(run.revision or "", broken, said)]
    for one in seen:
        accepted = run.acknowledge.get(one.rule, "").strip() or None
        found.append(replace(one, acknowledged=accepted, file=one.file or run.file))
    answered = {one.rule for one in found if one.acknowledged}
    return [one for one in found if not _is_answered(one, answered)]


def _is_answered(one: Finding, answered: set[str]) -> bool:
    """An acknowledgement is stale only if nothing else has found what it names, either."""
    return one.rule == "stale-acknowledgement" and one.evidence.get("rule") in answered


def _about(
    run: Rehearsal, rule: str, severity: Any, message: str, evidence: Mapping[str, object]
) -> Finding:
    """A finding about the whole run."""
    return Finding(rule, severity, None, message, evidence, revision=run.revision, file=run.file)


def _run(run: Rehearsal) -> dict[str, Any]:
    told = _plain(replace(run, statements=(), smaller=()))
    told["statements"] = [
        _plain(one) | {"growth": _plain(growth(run, one))} for one in run.statements
    ]
    del told["smaller"]
    return dict(told)


def _reversal(one: Reversal) -> dict[str, Any]:
    return {
        "revision": one.revision,
        "verdict": one.verdict,
        "losses": [asdict(loss) for loss in one.losses],
    }


def _plain(value: Any) -> Any:
    """Values of JSON; a lock's mode by its name, and without whole catalogs."""
    if isinstance(value, Enum):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value)}
        return {k: _plain(v) for k, v in given.items() if not isinstance(v, Catalog)}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
