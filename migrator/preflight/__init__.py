"""Looks before an upgrade leaps: at the database, and at what the pending revisions will do to it.

What they lock and change is learned by running them in a throwaway database.
"""

from migrator.preflight.examination import Examined, examine, look
from migrator.preflight.finding import Finding, Level, refuse
from migrator.preflight.limits import USUAL, Limits
from migrator.preflight.rehearsal import Rehearsal
from migrator.preflight.sizes import Table
from migrator.preflight.words.names import shown, size

__all__ = [
    "USUAL",
    "Examined",
    "Finding",
    "Level",
    "Limits",
    "Rehearsal",
    "Table",
    "examine",
    "look",
    "refuse",
    "shown",
    "size",
]
