"""Random walks: schemas that differ in some of their features, one after the other."""

from hypothesis import strategies as st

from tests.autogenerate.kinds import COLUMNS, CONSTRAINTS, INDEXES, OTHERS, SECURITY
from tests.autogenerate.lab import Lab
from tests.autogenerate.world import Change, changed, world

# The column of an enumeration brings along the type that is a form of another slot.
_SLOTS = {
    "column": [states for name, states in COLUMNS.items() if "enumeration" not in name],
    "index": [states for name, states in INDEXES.items() if "index" not in name],
    "CHECK": [states for name, states in CONSTRAINTS.items() if name.startswith("CHECK")],
    "key": [states for name, states in CONSTRAINTS.items() if name.startswith(("ON", "foreign"))],
    "policy": [states for name, states in SECURITY.items() if name.startswith("policy")],
    "grant": [states for name, states in SECURITY.items() if name.startswith("grant")],
    "function": [states for name, states in OTHERS.items() if name.startswith("function, ")],
    "type": [OTHERS["enumeration"], OTHERS["sequence"], OTHERS["extended statistics"]],
}
"""By what they are about: of each a schema has one form, or none."""


def _forms(slot: str) -> list[Change]:
    return [form for states in _SLOTS[slot] for form in states]


Choice = dict[str, int | None]
"""For each slot the number of its form."""

schemas = st.fixed_dictionaries(
    {slot: st.none() | st.integers(0, len(_forms(slot)) - 1) for slot in _SLOTS}
)
walks: st.SearchStrategy[list[Choice]] = st.lists(schemas, min_size=1, max_size=3)


def walk(choices: list[Choice], lab: Lab) -> None:
    """Upgrade from each schema to the next and downgrade all the way; nothing may differ."""
    path = [world()]
    for choice in choices:
        forms = [_forms(slot)[number] for slot, number in choice.items() if number is not None]
        metadata = changed(*forms)
        lab.revise(metadata)
        assert lab.upgrade(metadata) == []
        path.append(metadata)
    while len(lab.states) > 1:
        assert lab.downgrade(path[-1]) == []
