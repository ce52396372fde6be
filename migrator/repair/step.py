"""One step on the way from the actual schema to the wanted one."""

from dataclasses import dataclass
from typing import Literal

from migrator.catalog import Difference, Key

Action = Literal["create", "alter", "drop", "rename", "validate"]


@dataclass(frozen=True)
class Step:
    """What is done to one object at one moment.

    `statements` are single SQL statements without a semicolon at the end, every name in full. They
    belong together; unless `transactional`, the step is one statement that PostgreSQL refuses
    inside a transaction block (CREATE INDEX CONCURRENTLY and the like).
    """

    action: Action
    key: Key
    """The object: by its name in the wanted schema, when dropped by its name in the actual one."""
    statements: tuple[str, ...]
    differences: tuple[Difference, ...]
    """What it repairs. An object that is rebuilt for the sake of another bears the other's."""
    table: str | None = None
    """The table that the statements work on, in full; None for what hangs on no table."""
    new_table: bool = False
    """Whether an earlier step of the same list creates that table: it has no rows to wait for."""
    transactional: bool = True
    loses: str | None = None
    """The name of what is lost with its rows, as --allow-data-loss takes it: "tasks.notes"."""
    note: str | None = None
    """What a reader should know before running it, one line."""
