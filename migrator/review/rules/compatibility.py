"""What the running release goes on doing, and cannot do any more."""

import re
from collections.abc import Iterator

from migrator.review.rehearsal import ProbeResult
from migrator.review.rules import columns, names, removal, renames, security
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms import compatibility as safe

_WRITES = re.compile(r"(INSERT|UPDATE|DELETE|MERGE|COPY|WITH)\b", re.IGNORECASE)

# Rules that tell why a statement fails better than the failing statement does.
_REASONS = (
    removal.drop_column,
    removal.drop_table,
    removal.drop_schema,
    removal.drop_view,
    removal.cascade,
    renames.rename_column,
    renames.rename_table,
    renames.rename_schema,
    renames.rename_label,
    security.rls_hides_rows,
    security.replica_identity_lost,
    columns.required_fails,
)


def broken(step: Step) -> list[ProbeResult]:
    """The statements of the running release that fail from this one on."""
    return [
        probe
        for probe in step.run.seen.probes
        if probe.broken_by == step.seen.index and probe.after and not probe.before
    ]


def _explained(step: Step) -> bool:
    return any(True for rule in _REASONS for _ in rule(step))


def old_writes(step: Step) -> Iterator[Hit]:
    found = [] if _explained(step) else [p for p in broken(step) if _WRITES.match(p.statement)]
    for probe in found:
        yield _broken(step, probe)
    if not found:
        yield from _no_value(step)
        if not step.run.seen.probes:
            yield from _tighter(step)


def others(step: Step) -> Iterator[Hit]:
    if not _explained(step):
        for probe in broken(step):
            if not _WRITES.match(probe.statement):
                yield _broken(step, probe)


def _broken(step: Step, probe: ProbeResult) -> Hit:
    failure = probe.after
    said = f"{failure.message} ({failure.sqlstate})" if failure else ""
    return Hit(
        f"breaks a statement of the running release: {_first_line(probe.statement)} now fails:"
        f" {said}",
        {"statement": probe.statement, "sqlstate": failure.sqlstate if failure else ""},
        safe.later(step.seen.text),
    )


def _first_line(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def _no_value(step: Step) -> Iterator[Hit]:
    """A new column that is required, and has lost what filled it for those who do not know it."""
    for one in step.changed("default", "table column"):
        table = names.without_last(one.object)
        new = (one.kind, one.object) not in step.run.before.objects
        if one.actual is None and new and table in step.run.tables and _required(step, one.object):
            yield Hit(
                f'drops the default of new column "{names.plain(one.object)}", which may not be'
                " NULL: every INSERT of the running release fails, since it does not know it",
                {"table": table, "column": names.last(one.object)},
                safe.later(step.seen.text),
            )
    for table in step.tables_with_new_columns():
        for column, facts in step.new_columns(table).items():
            lost = _lost_within(step, table, facts)
            if lost:
                yield Hit(
                    f'leaves new column "{names.plain(table)}.{names.unquoted(column)}" NOT NULL'
                    " and without a default: every INSERT of the running release fails",
                    {"table": table, "column": column},
                    safe.later(step.seen.text),
                )


def _lost_within(step: Step, table: str, facts: dict[str, str]) -> bool:
    """Added and filled in one statement, a block: rows are there, and the column has no default."""
    must = facts.get("not null") == "yes"
    filled = any(name in facts for name in ("default", "identity", "generated"))
    return must and not filled and step.seen.failure is None and step.run.rows_of(table) > 0


def _required(step: Step, column: str) -> bool:
    found = step.run.after.objects.get(("table column", column))
    if found is None:
        return False
    fills = any(name in found.attributes for name in ("default", "identity", "generated"))
    return found.attributes.get("not null") is True and not fills


def _tighter(step: Step) -> Iterator[Hit]:
    """Without statements of the running release to try: what such a statement may rely on."""
    for one in step.changed("default", "table column"):
        known = (one.kind, one.object) in step.run.before.objects
        if one.actual is None and known and _required(step, one.object):
            yield Hit(
                f'drops the default of "{names.plain(one.object)}", which may not be NULL: an'
                " INSERT of the running release that leaves it out fails",
                {"column": one.object, "default": one.expected},
                safe.later(step.seen.text),
                severity="warning",
            )
    for one in step.changed("identity", "table column"):
        known = (one.kind, one.object) in step.run.before.objects
        if one.actual == "always" and known:
            yield Hit(
                f'makes "{names.plain(one.object)}" GENERATED ALWAYS: an INSERT of the running'
                " release that gives it a value fails",
                {"column": one.object},
                safe.by_default(one.object),
                severity="warning",
            )


RULES = (
    Rule(
        id="old-writes-break",
        title="Writes of the running release fail",
        severity="error",
        condition=old_writes,
        effect="Until the new release is everywhere, every such INSERT, UPDATE or DELETE of the old"
        " one fails.",
        instead="Keep a default, and the looser rule, until the deploy is over; tighten in a later"
        " revision.",
        looks_for="statements of the running release, tried after each statement of the migration;"
        " required columns without a default",
        bad="ALTER TABLE users ADD COLUMN tier text NOT NULL DEFAULT 'basic';\n"
        "ALTER TABLE users ALTER COLUMN tier DROP DEFAULT;",
        good="ALTER TABLE users ADD COLUMN tier text NOT NULL DEFAULT 'basic';",
    ),
    Rule(
        id="breaks-running-release",
        title="A statement of the running release fails",
        severity="error",
        condition=others,
        effect="Until the new release is everywhere, this statement of the old one fails.",
        instead="Expand first: keep what the old release uses until it is gone.",
        looks_for="statements of the running release, tried after each statement of the migration",
        bad="REVOKE SELECT ON tasks FROM app_user;",
        good="-- in a later revision, once no running release reads it",
    ),
)
