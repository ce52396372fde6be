"""Constraints: what proving them costs those who use the table meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from migrator.catalog import Difference
from migrator.preflight.modes import Mode
from migrator.review.rules import names
from migrator.review.rules.rule import Hit
from migrator.review.rules.step import Step
from migrator.review.safe_forms import constraints as safe
from migrator.review.safe_forms.form import Form


def constraints(step: Step, kind: str) -> Iterator[tuple[Difference, str, str]]:
    """Those of a kind that it added: the difference, its name and its table, there before.

    One that came with a column of the same statement is left out, and so is a NOT VALID one.
    """
    for one in step.added:
        name, table = names.on(one.object)
        definition = one.actual or ""
        if one.kind == "table constraint" and table in step.run.tables:
            proved = step.run.after.objects.get((one.kind, one.object))
            promised = proved is not None and proved.attributes.get("validated") is False
            if definition.startswith(kind) and not promised and not with_column(step, one):
                yield one, name, table


def with_column(step: Step, constraint: Difference) -> list[str]:
    """The columns of the same statement that a constraint is about."""
    _, table = names.on(constraint.object)
    new = step.new_columns(table)
    return [column for column in new if names.mentions(constraint.actual or "", column)]


def _proving(
    kind: str, at_least: Mode, form: Callable[[str, str, str], Form], work: str
) -> Callable[[Step], Iterable[Hit]]:
    """Constraints that are proved by reading all rows under a lock."""

    def condition(step: Step) -> Iterator[Hit]:
        scans = step.scans(at_least)
        for one, name, table in constraints(step, kind):
            if not any(step.run.root(scanned) == step.run.root(table) for scanned in scans):
                continue
            does = f'{work} "{names.unquoted(name)}"'
            code = form(name, table, one.actual or "")
            yield _hit(step, table, scans, does, one.object, code)

    return condition


def _hit(
    step: Step, table: str, scans: dict[str, int], does: str, constraint: str, form: Form
) -> Hit:
    """What it does by reading a table under its lock."""
    family = step.run.family(step.run.root(table))
    rows = sum(count for scanned, count in scans.items() if scanned in family)
    mode = step.mode(table) or max(step.mode(one) or Mode.SHARE for one in scans)
    waits = "everybody" if mode == Mode.ACCESS_EXCLUSIVE else "every writer"
    return Hit(
        f'{does} on "{names.plain(table)}" by reading {rows:,} rows under {names.a(mode)} lock:'
        f" {waits} waits",
        {
            "constraint": constraint,
            "table": table,
            "lock": str(mode),
            "rows_read": scans,
        },
        form,
    )


check = _proving("CHECK", Mode.SHARE, safe.check, "proves check constraint")
foreign_key = _proving("FOREIGN KEY", Mode.SHARE, safe.foreign_key, "proves foreign key")


def _building(kind: str, form: Callable[[str, str, str], Form]) -> Callable[[Step], Iterable[Hit]]:
    """Constraints whose index is built under a lock."""

    def condition(step: Step) -> Iterator[Hit]:
        scans = step.scans(Mode.SHARE)
        for one, name, table in constraints(step, kind):
            if builds(step, name, table) and _read(step, scans, table):
                does = f'builds the index of "{names.unquoted(name)}"'
                code = form(name, table, one.actual or "")
                yield _hit(step, table, scans, does, one.object, code)

    return condition


def builds(step: Step, name: str, table: str) -> bool:
    """Whether the index of a constraint was built, on the table or on its partitions."""
    return f"{names.without_last(table)}.{name}" in step.done.built


def _read(step: Step, scans: dict[str, int], table: str) -> bool:
    family = step.run.family(step.run.root(table))
    return any(one in family for one in scans)


unique = _building("UNIQUE", safe.unique)
_primary_key = _building("PRIMARY KEY", safe.primary_key)
exclusion = _building("EXCLUDE", safe.exclusion)


def primary_key(step: Step) -> Iterator[Hit]:
    """Columns that may hold NULL are made NOT NULL before the key is."""
    for hit in _primary_key(step):
        table = str(hit.evidence["table"])
        columns = [names.last(column) for column in made_required(step, table)]
        if not columns or hit.safe is None:
            yield hit
            continue
        build, use = hit.safe.parts
        proof = safe.not_null(table, columns, step.run.version)
        yield replace(hit, safe=Form((build, *proof.parts, use)))


def primary_key_null_scan(step: Step) -> Iterator[Hit]:
    """The index is there already, but a column may hold NULL."""
    scans = step.scans(Mode.SHARE)
    for one, name, table in constraints(step, "PRIMARY KEY"):
        if not builds(step, name, table) and _read(step, scans, table):
            columns = [names.last(column) for column in made_required(step, table)]
            told = ", ".join(f'"{names.unquoted(column)}"' for column in columns)
            does = f'proves that {told} holds no NULL for primary key "{names.unquoted(name)}"'
            code = safe.not_null(table, columns, step.run.version)
            yield _hit(step, table, scans, does, one.object, code)


def made_required(step: Step, table: str) -> list[str]:
    """The columns of a table that were there before and may not be NULL from now on."""
    return [
        one.object
        for one in step.changed("not null", "table column")
        if one.actual == "yes" and names.without_last(one.object) == table
    ]


def not_null(step: Step) -> Iterator[Hit]:
    scans = step.scans(Mode.SHARE)
    keyed = {table for _, _, table in constraints(step, "PRIMARY KEY")}
    for table in step.run.tables:
        columns = [names.last(one) for one in made_required(step, table)]
        named = table not in keyed and table == _top(step, table)
        if columns and named and _read(step, scans, table):
            told = ", ".join(f'"{names.unquoted(one)}"' for one in columns)
            does = f"proves that {told} holds no NULL"
            code = safe.not_null(table, columns, step.run.version)
            yield _hit(step, table, scans, does, f"{table}.{columns[0]}", code)


def _top(step: Step, table: str) -> str:
    """The highest table of a partitioned one of which the statement changed a column."""
    root = step.run.root(table)
    return root if made_required(step, root) else table


def validated(step: Step) -> Iterator[tuple[str, str]]:
    """Constraints that it proved: their identity and table."""
    for one in step.changed("validated", "table constraint"):
        if one.actual == "yes":
            yield one.object, names.on(one.object)[1]
    for one in step.done.changes:
        # A NOT NULL is told only as long as it is not proved (migrator.catalog.constraints).
        if (
            one.kind == "table constraint"
            and not one.attribute
            and one.actual is None
            and (one.expected or "").startswith("NOT NULL")
        ):
            yield one.object, names.on(one.object)[1]


def validate_same_transaction(step: Step) -> Iterator[Hit]:
    scans = step.scans(Mode.SHARE)
    made = {one.object: one.actual or "" for before in step.earlier for one in before.added}
    for constraint, table in validated(step):
        if constraint in made and _read(step, scans, table):
            name, _ = names.on(constraint)
            does = f'validates "{names.unquoted(name)}"'
            code = safe.promised(name, table, made[constraint])
            yield _hit(step, table, scans, does, constraint, code)


def domain(step: Step) -> Iterator[Hit]:
    """A rule of a domain is proved in every table that uses it."""
    scans = step.scans(Mode.SHARE)
    if not scans:
        return
    for one in step.done.changes:
        added = one.kind == "domain constraint" and not one.attribute and one.expected is None
        proved = one.kind == "domain constraint" and one.attribute == "validated"
        proved = proved and one.actual == "yes"
        required = (
            one.kind in ("type", "domain") and one.attribute == "not null" and one.actual == "yes"
        )
        if not (added or proved or required):
            continue
        tables = ", ".join(f'"{names.plain(table)}"' for table in scans)
        rows = sum(scans.values())
        mode = max(step.mode(table) or Mode.SHARE for table in scans)
        yield Hit(
            f'proves "{names.plain(one.object)}" by reading {rows:,} rows of {tables}, which it'
            f" does not name, under {names.a(mode)} lock",
            {"object": one.object, "lock": str(mode), "rows_read": scans},
            safe.domain(one.object, one.actual or "")
            if added
            else safe.domain_validated(one.object)
            if proved
            else None,
        )
