"""Revisions that hold strong locks on two tables at once, and what then can deadlock."""

from collections.abc import Iterator

from migrator.preflight.finding import Finding
from migrator.preflight.look import Look
from migrator.preflight.words import revisions as words


def find(look: Look) -> Iterator[Finding]:
    for one in look.rehearsal.revisions if look.rehearsal else ():
        strong = [lock for lock in one.locks if lock.mode.strong]
        if one.in_transaction and len(strong) > 1:
            yield words.locks_in_order(
                one.revision, strong, look.lock_timeout, look.deadlock_timeout
            )
