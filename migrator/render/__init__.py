"""What the DBA reads: every revision as SQL for psql, the schema at head, and their checksums."""

from migrator.render.folder import render, stale, write
from migrator.render.statements import split

__all__ = ["render", "split", "stale", "write"]
