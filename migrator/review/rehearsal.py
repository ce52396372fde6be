"""What a rehearsal has shown: everything that the rules judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from migrator.catalog import Catalog
from migrator.review.observed import Failure, Observed

Transaction = Literal["wrapped", "autocommit"]
"""One transaction around everything, as Alembic has it; or each statement by itself."""


@dataclass(frozen=True)
class ProbeResult:
    """A statement of the release that is running, before the migration and after it.

    `before` and `after` are how it failed, None when it did not. `broken_by` is the index of the
    statement that broke it: from there on it failed, up to the end. `rows_before` and `rows_after`
    count the rows that it returned or wrote.
    """

    statement: str
    before: Failure | None
    after: Failure | None
    broken_by: int | None = None
    rows_before: int = 0
    rows_after: int = 0


@dataclass(frozen=True)
class Rehearsal:
    """One file of SQL, or one direction of one revision, run on a real PostgreSQL.

    `version` is the server's, such as "18.6"; `before` and `after` are the schema. `rows` are the
    rows that each table held before, `generated` from the catalog alone or given; `unfilled` says
    why one holds none. `statements` are in the order in which they ran, up to the first that
    failed; `smaller` are the same ones on the fewer rows of `smaller_rows`, none when there was
    only one size. `left_open`: the file began a transaction and did not end it.

    `failure` is how the run ended, also when it was not a statement that failed: then its SQLSTATE
    is empty. Of a revision: its id, the one before (None also of a
    merge), its `file`, what it says of itself (`acknowledge`: reasons by
    rule; `irreversible`), and whether its downgrade is told.
    """

    version: str
    transaction: Transaction
    before: Catalog
    after: Catalog
    rows: Mapping[str, int]
    statements: tuple[Observed, ...]
    probes: tuple[ProbeResult, ...] = ()
    left_open: bool = False
    smaller: tuple[Observed, ...] = ()
    smaller_rows: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    unfilled: Mapping[str, str] = field(default_factory=dict)
    generated: bool = False
    revision: str | None = None
    before_revision: str | None = None
    file: str | None = None
    downgrade: bool = False
    acknowledge: Mapping[str, str] = field(default_factory=dict)
    irreversible: str | None = None

    @property
    def failed(self) -> Observed | None:
        """The statement that failed."""
        return next((one for one in self.statements if one.failure), None)


SqlRehearsal = Rehearsal
