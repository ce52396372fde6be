"""Are the tables that the pending revisions change as the applied ones left them?

Compared with the throwaway database at the stamped revision. An adopted database may keep what it
came with, and an interrupted run of concurrent steps may have done some of them.
"""

from collections.abc import Iterator

from migrator.catalog import Catalog, Difference, Object, differences
from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.rehearsal import Rehearsal
from migrator.preflight.words import tables as words

# What a DBA may set without asking a revision, and what changes nothing for one.
_FREE = frozenset(
    {
        "access method",
        "comment",
        "compression",
        "index statistics targets",
        "options",
        "replica identity",
        "index replica identity",
        "clustered",
        "index clustered",
        "index comment",
        "index options",
        "statistics target",
        "statistics targets",
        "storage",
        "tablespace",
        "index tablespace",
        "toast options",
        # Of which migrator.preflight.indexes speaks.
        "valid",
        "ready",
        "index invalid",
        "index not ready",
    }
)

# What a revision builds upon; an index or a policy it does not.
_SERIOUS = frozenset({"table", "table column", "sequence"})
_SERIOUS_ATTRIBUTES = frozenset(
    {"type", "generated", "identity", "partitioned by", "row security forced"}
)

# Their revisions keep or replace what is there, or find out in a moment.
_REPLACED = frozenset({"function", "index", "procedure", "table column", "view"})


def find(look: Look, live: Catalog) -> Iterator[Finding]:
    """`live` is the whole schema of the database, without owners."""
    if look.rehearsal is None or look.stamped is None:
        return
    compared = _Comparison(look, look.rehearsal, live)
    found = list(compared.differences())
    for serious in (True, False):
        lines = [str(one) for one in found if compared.serious(one) is serious]
        if lines:
            yield words.drifted(look.stamped, lines, serious=serious)
    there = list(compared.there_already())
    for serious in (True, False):
        names = [f"{one.kind} {one.identity}" for one, differs in there if differs is serious]
        if names:
            yield words.in_the_way(names, serious=serious)


class _Comparison:
    def __init__(self, look: Look, rehearsal: Rehearsal, live: Catalog) -> None:
        self._adopted = look.adopted
        self._before = rehearsal.before.without_owners()
        self._after = rehearsal.after.without_owners()
        self._live = live
        self._tables = look.own
        # Only the first can have been begun: the others come after its end.
        self._begun = bool(rehearsal.revisions) and not rehearsal.revisions[0].in_transaction
        self._concurrent = any(not one.in_transaction for one in rehearsal.revisions)

    def differences(self) -> Iterator[Difference]:
        """Those of the tables touched, but for what is no business of ours."""
        for one in differences(self._before.only(self._tables), self._live.only(self._tables)):
            free = one.attribute in _FREE or one.attribute.startswith("grants to ")
            if not free and not self._is_to_come(one) and not self._is_adopted(one):
                yield one

    def serious(self, one: Difference) -> bool:
        """Whether a revision would meet something that it was not written for."""
        if one.attribute:
            return one.attribute in _SERIOUS_ATTRIBUTES
        return one.actual is None and one.kind in _SERIOUS

    def there_already(self) -> Iterator[tuple[Object, bool]]:
        """What pending revisions make and is there, and whether that stands in their way."""
        for key in sorted(self._after.objects.keys() - self._before.objects.keys()):
            wanted, actual = self._after.objects[key], self._live.objects.get(key)
            if actual is None or self._came_with(actual):
                continue
            if any(parent in self._new_and_there() for parent in wanted.parents):
                continue  # goes without saying
            if actual.kind == "index" and self._concurrent:
                continue  # kept when it is the same, and otherwise built anew
            yield wanted, actual.kind not in _REPLACED or _differ(wanted, actual)

    def _new_and_there(self) -> set[tuple[str, str]]:
        new = self._after.objects.keys() - self._before.objects.keys()
        return new & self._live.objects.keys()

    def _is_to_come(self, one: Difference) -> bool:
        """Whether it is there, or gone, as a pending revision wants it."""
        key = (one.kind, one.object)
        after, actual = self._after.objects.get(key), self._live.objects.get(key)
        if one.attribute:
            if after is None or actual is None or not (self._begun or self._adopted is not None):
                return False
            return after.attributes.get(one.attribute) == actual.attributes.get(one.attribute)
        if one.actual is None:
            return after is None and self._begun
        return after is not None  # of which there_already speaks

    def _is_adopted(self, one: Difference) -> bool:
        """An adopted database keeps what it had beyond the revisions."""
        return self._adopted is not None and one.expected is None

    def _came_with(self, one: Object) -> bool:
        columns = (self._adopted or {}).get("columns", [])
        if one.kind != "table column":
            return False
        return one.identity.replace('"', "").removeprefix("public.") in columns


def _differ(wanted: Object, actual: Object) -> bool:
    mine = Catalog.of([wanted])
    return any(
        one.attribute not in _FREE and not one.attribute.startswith("grants to ")
        for one in differences(mine, Catalog.of([actual]))
    )
