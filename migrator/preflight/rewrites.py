"""Tables that a revision writes anew: for as long as that takes, it is nobody else's."""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.sizes import sizes
from migrator.preflight.words import revisions as words


def find(look: Look) -> Iterator[Finding]:
    rewriting = [one for one in look.rehearsal.revisions if one.rewritten] if look.rehearsal else []
    if rewriting:
        known = {table.name: table for table in sizes(look)}
        for one in rewriting:
            for name in one.rewritten:
                if name in known:
                    yield words.rewrites(one.revision, name, known[name].rows, known[name].bytes)
