"""Partitions: attached, detached, and searched for rows that belong elsewhere."""

from collections.abc import Iterator

from migrator.preflight.modes import Mode
from migrator.review.rules import names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms import partitions as safe
from migrator.review.safe_forms.form import Form


def _is_default(step: Step, table: str) -> bool:
    """Whether a table is a DEFAULT partition, or one of its partitions."""
    one = step.run.before.objects.get((step.run.tables.get(table, "table"), table))
    if one is None:
        return False
    above = [identity for kind, identity in one.parents if identity in step.run.tables]
    return one.attributes.get("partition bound") == "DEFAULT" or any(
        _is_default(step, parent) for parent in above
    )


def _attached(step: Step) -> Iterator[tuple[str, str]]:
    """Tables that became partitions, with their bounds."""
    for one in step.changed("partition bound"):
        if one.expected is None and one.actual is not None and one.object in step.run.tables:
            yield one.object, one.actual


def attach(step: Step) -> Iterator[Hit]:
    scans = step.scans(Mode.SHARE)
    for table, bound in _attached(step):
        rows = sum(count for one, count in scans.items() if one in step.run.family(table))
        if rows:
            yield Hit(
                f'attaches "{names.plain(table)}" and reads {rows:,} of its rows under an ACCESS'
                " EXCLUSIVE lock, to see whether they belong there",
                {"partition": table, "bound": bound, "rows_read": scans},
                safe.attach(table, bound, *_parent(step, table)),
            )


def _parent(step: Step, table: str) -> tuple[str, str]:
    """The partitioned table above, and by what it is partitioned."""
    found = step.run.after.objects.get(("table", table))
    parent = next((identity for _, identity in found.parents), "") if found else ""
    above = step.run.after.objects.get(("table", parent))
    return parent, str(above.attributes.get("partitioned by", "")) if above else ""


def default_scan(step: Step) -> Iterator[Hit]:
    """Whatever the DEFAULT partition holds might belong to a new partition."""
    made = any(True for _ in _attached(step)) or any(one.kind == "table" for one in step.added)
    if not made:
        return
    for table, rows in step.scans(Mode.SHARE).items():
        if _is_default(step, table):
            yield Hit(
                f'reads {rows:,} rows of default partition "{names.plain(table)}" under'
                f" {names.a(step.mode(table))} lock, to see whether they belong to the new one",
                {"default_partition": table, "lock": str(step.mode(table)), "rows_read": rows},
                _proved(step, table),
            )


def _proved(step: Step, default: str) -> Form | None:
    """That the default partition holds none of the rows of the new partitions."""
    new = [table for table, _ in _attached(step)]
    new += [one.object for one in step.added if one.kind == "table"]
    for table in new:
        found = step.run.after.objects.get(("table", table))
        bound = found.attributes.get("partition bound") if found else None
        if isinstance(bound, str):
            return safe.default(default, bound, _parent(step, table)[1], step.seen.text)
    return None


def detach(step: Step) -> Iterator[Hit]:
    for one in step.changed("partition bound"):
        found = step.run.before.objects.get((step.run.tables.get(one.object, "table"), one.object))
        above = [i for _, i in found.parents if i in step.run.tables] if found else []
        for parent in above:
            taken = any(
                lock.relation == parent and lock.mode == Mode.ACCESS_EXCLUSIVE
                for lock in step.done.locks
            )
            if one.actual is None and taken and step.run.grows(parent):
                yield Hit(
                    f'detaches "{names.plain(one.object)}" under an ACCESS EXCLUSIVE lock on'
                    f' "{names.plain(parent)}": nobody may read any partition until the'
                    " transaction ends",
                    {"table": parent, "partition": one.object, "lock": "ACCESS EXCLUSIVE"},
                    safe.detach(parent, one.object),
                )


RULES = (
    Rule(
        id="attach-partition-scan",
        title="Attached partition is read to prove its bound",
        severity="error",
        condition=attach,
        effect="ATTACH PARTITION reads every row of the new partition under an ACCESS EXCLUSIVE"
        " lock on it, unless a valid CHECK proves that they belong there.",
        instead="A CHECK that says the same as the bound, NOT VALID, validated, then ATTACH.",
        looks_for="a table that became a partition, and its rows read",
        bad="ALTER TABLE readings ATTACH PARTITION readings_2025\n"
        "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        good="ALTER TABLE readings_2025 ADD CONSTRAINT bound CHECK\n"
        "    (at IS NOT NULL AND at >= '2025-01-01' AND at < '2026-01-01') NOT VALID;\n"
        "ALTER TABLE readings_2025 VALIDATE CONSTRAINT bound;\n"
        "ALTER TABLE readings ATTACH PARTITION readings_2025\n"
        "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        versions="12+",
        covers=(
            "index-build-blocks-writes",
            "unique-constraint-builds-index",
            "primary-key-builds-index",
            "foreign-key-scan-under-lock",
            "not-null-scan-under-lock",
            "check-scan-under-lock",
        ),
    ),
    Rule(
        id="default-partition-scan",
        title="Default partition is read for rows that belong elsewhere",
        severity="error",
        condition=default_scan,
        effect="With a DEFAULT partition, every new partition has it read under an ACCESS EXCLUSIVE"
        " lock.",
        instead="Keep the default partition empty, or prove by a CHECK that it holds none of them.",
        looks_for="a new partition, and rows read of the default partition under a strong lock",
        bad="CREATE TABLE readings_2025 PARTITION OF readings\n"
        "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        good="ALTER TABLE readings_other ADD CONSTRAINT not_2025 CHECK\n"
        "    (at < '2025-01-01' OR at >= '2026-01-01') NOT VALID;\n"
        "ALTER TABLE readings_other VALIDATE CONSTRAINT not_2025;",
        versions="11+",
    ),
    Rule(
        id="detach-partition-locks",
        title="Partition detached under the strongest lock",
        severity="warning",
        condition=detach,
        effect="DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the partitioned table: it waits"
        " for every running query, and all that come later wait behind it.",
        instead="DETACH PARTITION … CONCURRENTLY (14+), outside a transaction.",
        looks_for="a table that is a partition no more, and an ACCESS EXCLUSIVE lock on the parent",
        bad="ALTER TABLE readings DETACH PARTITION readings_2023;",
        good="ALTER TABLE readings DETACH PARTITION readings_2023 CONCURRENTLY;",
        versions="14+",
    ),
)
