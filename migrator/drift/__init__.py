"""Whether a database is what its revision makes, object by object, and the SQL that repairs it."""

from migrator.drift.ignored import Entry, entries
from migrator.drift.report import Report, compare
from migrator.drift.sides import Sides, live, two_databases

__all__ = ["Entry", "Report", "Sides", "compare", "entries", "live", "two_databases"]
