"""What migrations/script.py.mako puts around the operations."""

import re
import textwrap
from collections.abc import Mapping

from alembic.config import Config

from migrator.autogenerate.code import literal
from migrator.autogenerate.hop import Hop
from migrator.autogenerate.path import describe
from migrator.catalog.model import RELATIONS
from migrator.lint.rules.form import TO_FILL_IN

FILL_IN = TO_FILL_IN
"""Stands where the reason belongs; `make check` refuses a revision that still has it."""

DRAFTS = "migrator.drafts"
"""Attribute of the Config: the hop of each new revision, by revision id."""

_FILLED = {"downgrade-reverses": "the column goes with the revision that adds it"}
_COMPUTED = {"refuse-data-loss": "the column is computed from others"}

_WIDTH = 100
_IMPORTS = {
    "sa": "import sqlalchemy as sa",
    "op": "from alembic import op",
    "pg": "from sqlalchemy.dialects import postgresql as pg",
    "ops": "from migrator import ops",
}


def why(config: Config, revision: str) -> str:
    """The paragraphs under the title, to be completed by whoever asked for the revision."""
    hop = _hop(config, revision)
    told = hazards(hop) if hop else ""
    return textwrap.fill(f"{FILL_IN} {told}".strip(), _WIDTH, break_long_words=False)


def acknowledged(config: Config, revision: str, downgrade: str | None) -> str:
    """The rules that it breaks by its nature, as a line; empty when it breaks none."""
    hop = _hop(config, revision)
    if hop is None:
        return ""
    rules = dict(_FILLED) if hop.backfill and not hop.undoes else {}
    if "refuse_data_loss" not in (downgrade or "") and any(
        word != "drop" and "generated" in hop.after.objects[key].attributes
        for word, key, names in describe(hop)
        if word == "add" or "generated" in names
    ):
        rules |= _COMPUTED
    return f"\nacknowledge = {literal(rules)}" if rules else ""


def _hop(config: Config, revision: str) -> Hop | None:
    hops: Mapping[str, Hop] = config.attributes.get(DRAFTS, {})
    return hops.get(revision)


def quoted(value: object) -> str:
    """A name or None as ruff writes it."""
    return literal(value)


def body(lines: str | None) -> str:
    """The operations without Alembic's remarks around them."""
    kept = (line for line in (lines or "").splitlines() if not line.strip().startswith("# ###"))
    return textwrap.indent(textwrap.dedent("\n".join(kept)).strip() or "pass", "    ").strip()


def imports(*bodies: str | None) -> str:
    """The import lines that the operations need, as ruff sorts them."""
    text = "\n".join(filter(None, bodies))
    needed = [line for name, line in _IMPORTS.items() if re.search(rf"\b{name}\.\w", text)]
    others = [line for line in needed if "migrator" not in line]
    return "\n\n".join("\n".join(g) for g in (others, needed[len(others) :]) if g)


def hazards(hop: Hop) -> str:
    """What one has to know before running it, in whole sentences."""
    found: list[str] = []
    for word, key, names in describe(hop):
        kind = key[0]
        if word == "drop" and kind in (*RELATIONS, "table column"):
            found.append(
                "No release that runs may use it any more. The downgrade brings it back empty."
            )
        elif kind == "table column" and names & {"type", "collation", "generated"}:
            found.append(
                "Another type may rewrite the table while nobody can read it: see the plan."
            )
        elif word == "change" and kind == "table column" and "not null" in names:
            now = hop.after.objects[key].attributes
            if now["not null"] and "default" not in now:
                found.append(
                    "Rows from before need a value first: ops.backfill, in a revision before this."
                )
        elif word == "rename" and kind in (*RELATIONS, "table column"):
            found.append("A release that runs knows the old name only, and fails until it is gone.")
    return " ".join(dict.fromkeys(found))
