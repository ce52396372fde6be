"""A real database filled with rows: generated from its catalog, from an SQL file, from a dump.

`fill` knows nothing but what pg_catalog says, and asks PostgreSQL itself whether a row may be.
"""

from migrator.rows.files import load, restore
from migrator.rows.filling import fill
from migrator.rows.result import Filled, Unfilled

__all__ = ["Filled", "Unfilled", "fill", "load", "restore"]
