"""Every kind of change: what Alembic sees of it, what we see, and how it is written.

    python -m benchmarks autogenerate_table [--only REGEX] [--major 18] [--write]

On a server of its own. Each kind is added to a small schema, altered and dropped: autogenerate
writes the revisions, they are applied and undone, and the catalogs are compared after each step.
Prints what went wrong; exit status 1 when anything did. With --write the results go into
autogenerate_table.json, from which the table of docs/autogenerate.md is rendered.
"""

import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from docs._generate.markdown import between, table
from migrator import embedded
from migrator.embedded import Server
from migrator.project import EMBEDDED_ROLE
from migrator.sandbox import Seed
from tests.autogenerate.kinds import KINDS
from tests.autogenerate.lab import copy_of, make_template
from tests.autogenerate.trial import Result, run
from tests.servers import installations

_ROOT = Path(__file__).parent.parent
PAGE = _ROOT / "docs" / "autogenerate.md"
_RESULTS = Path(__file__).with_suffix(".json")
_SEED = Seed(_ROOT / "models" / "better_auth.sql", "better_auth", ("user",))
_HEADS = ("kind", "`alembic check`", "every option on", "ours", "upgrade", "downgrade")


@contextmanager
def own_server(major: int) -> Iterator[tuple[Path, Server]]:
    """A server that is gone afterwards, with the role that migrates, and a folder for projects."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o711)  # the server's account must get through
        server = embedded.start(place / "server", durable=False, bin_dir=installations()[major])
        try:
            embedded.ensure_database(server, "beside", EMBEDDED_ROLE, _SEED)
            (place / "template").mkdir()
            make_template(place / "template", server)
            yield place, server
        finally:
            embedded.stop(place / "server")


@click.command()
@click.option("--only", default=".", help="Kinds whose family:name matches.")
@click.option("--major", default=18, help="Which PostgreSQL.")
@click.option("--write", is_flag=True, help="Store the results and render the table.")
def main(only: str, major: int, write: bool) -> None:
    """Show which kinds of change are seen, and whether the revisions do what they should."""
    results: list[Result] = []
    with own_server(major) as (place, server):
        for number, kind in enumerate(KINDS):
            if kind.since > major or not re.search(only, f"{kind.family}:{kind.name}"):
                continue
            with copy_of(place / "template", place / str(number), server) as lab:
                results += run(kind, lab)
            if write:
                store(results)
            for result in results:
                if result.kind == kind.name and (failed := result.upgrade or result.downgrade):
                    print(f"{kind.family}: {kind.name}, {result.change}: {failed[0]}")
    print(summary(results))
    if write:
        PAGE.write_text(between(PAGE.read_text(), "kinds", page(stored()), PAGE.name))
    sys.exit(any(result.upgrade or result.downgrade or not result.ours for result in results))


def stored() -> list[Result]:
    """What was measured last of each kind, in the order of the kinds."""
    if not _RESULTS.exists():
        return []
    found = [Result(**one) for one in json.loads(_RESULTS.read_text())]
    order = [(kind.family, kind.name) for kind in KINDS]
    return sorted(found, key=lambda one: order.index((one.family, one.kind)))


def store(results: list[Result]) -> None:
    """Put the results in the place of older ones of the same kinds."""
    measured = {one.kind for one in results}
    kept = [one for one in stored() if one.kind not in measured]
    lines = [json.dumps(asdict(one)) for one in [*kept, *results]]
    _RESULTS.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def summary(results: list[Result]) -> str:
    """How many of all changes are seen, in one line."""
    counts = Counter[str]()
    for one in results:
        equal = not (one.upgrade or one.downgrade)
        counts.update(plain=one.plain, every=one.every_option, ours=one.ours, equal=equal)
    return (
        f"{len({one.kind for one in results})} kinds, {len(results)} changes: `alembic check` sees "
        f"{counts['plain']}, with every option {counts['every']}, ours {counts['ours']}; "
        f"{counts['equal']} are written so that upgrade and downgrade end in equal catalogs."
    )


def page(results: list[Result]) -> str:
    """The table, a part for each family."""
    parts = [summary(results)]
    for family in dict.fromkeys(one.family for one in results):
        kinds = dict.fromkeys(one.kind for one in results if one.family == family)
        rows = [_row(kind, [one for one in results if one.kind == kind]) for kind in kinds]
        parts.append(f"### {family.capitalize()}\n\n{table(_HEADS, rows)}")
    return "\n\n".join(parts)


def _row(kind: str, results: list[Result]) -> list[str]:
    def which(marked: list[bool]) -> str:
        found = [one.change for one, mark in zip(results, marked, strict=True) if mark]
        return "all" if all(marked) else ", ".join(found) or "none"

    return [
        kind if len(results) > 2 else f"{kind} (add, drop)",
        which([one.plain for one in results]),
        which([one.every_option for one in results]),
        which([one.ours for one in results]),
        which([one.ours and not one.upgrade for one in results]),
        which([one.ours and not one.upgrade and not one.downgrade for one in results]),
    ]
