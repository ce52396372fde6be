"""The rules about locks."""

from migrator.review.rules import locks
from migrator.review.rules.rule import Rule

RULES = (
    Rule(
        id="explicit-table-lock",
        title="Table locked on purpose",
        severity="warning",
        condition=locks.explicit,
        effect="LOCK TABLE keeps the application out until the transaction ends.",
        instead="An advisory lock, if it is only other migrations that shall wait.",
        looks_for="a lock that stops writers, got by a statement that changes nothing",
        bad="LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;",
        good="SELECT pg_advisory_xact_lock(42);",
    ),
    Rule(
        id="strong-lock-held-over-work",
        title="Strong lock held while other work is done",
        severity="error",
        condition=locks.held_over_work,
        effect="A lock is held until the transaction ends: whatever is slow after it keeps the"
        " application waiting, even when the statement that got the lock was quick.",
        instead="One step that takes a strong lock to a transaction, and the slow work in another.",
        looks_for="a lock that stops writers, left by an earlier statement of the transaction, and"
        " rows read or written, or 0.2 s spent, since",
        bad="BEGIN;\nALTER TABLE orders ADD COLUMN channel text;\nSELECT count(*) FROM events;\n"
        "COMMIT;",
        good="ALTER TABLE orders ADD COLUMN channel text;\nSELECT count(*) FROM events;",
    ),
    Rule(
        id="multi-table-lock-chain",
        title="Several tables locked in one transaction",
        severity="warning",
        condition=locks.chain,
        effect="The first table stays locked while the migration waits for the second one; an"
        " application that uses both in the other order ends in a deadlock.",
        instead="One table to a transaction: a revision for each.",
        looks_for="a strong lock on a table, got while one on another table is held"
        " that the transaction changed",
        bad="BEGIN;\nALTER TABLE orders ADD COLUMN a int;\nALTER TABLE users ADD COLUMN b int;\n"
        "COMMIT;",
        good="ALTER TABLE orders ADD COLUMN a int;\nALTER TABLE users ADD COLUMN b int;",
    ),
    Rule(
        id="missing-lock-timeout",
        title="Lock asked for without a limit",
        # The session that will run it may have a limit of its own, which nobody sees here; and to
        # ask is all that can be held against a lock that is brief.
        severity="note",
        condition=locks.no_timeout,
        effect="Behind one long query the migration waits without limit, and every query that comes"
        " later waits behind the migration.",
        instead="SET lock_timeout, and try again: `migrator upgrade` does both.",
        looks_for="lock_timeout = 0 when the first lock that stops writers is asked for",
        bad="ALTER TABLE orders ADD COLUMN memo text;",
        good="SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN memo text;",
    ),
)
