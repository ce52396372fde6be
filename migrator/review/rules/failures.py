"""Statements that PostgreSQL refuses, always or because of the rows; and what it only mentions."""

import re
from collections.abc import Iterator

from migrator import errors
from migrator.review.observed import Failure
from migrator.review.rules import names
from migrator.review.rules.rule import Hit, Rule
from migrator.review.rules.step import Step
from migrator.review.safe_forms.form import Form, Part, form

_IN_TRANSACTION = "25001"
_UNSAFE_ENUM = "55P04"
_TRUNCATED = "42622"
_DEPENDENTS = "2BP01"
_UNSUPPORTED = "0A000"
_REFUSED = errors.DATA_LOSS  # by ops.refuse_data_loss, on purpose
_ON_ROWS = ("21", "22", "23")  # classes: cardinality, data exception, integrity constraint
_USED = re.compile(r"\b(used (by|in)|depend(s|ing)? on)\b")
_CUT = re.compile(r'"(.*)" will be truncated to "(.*)"')


def in_transaction(step: Step) -> Iterator[Hit]:
    failure = step.seen.failure
    if failure and failure.sqlstate == _IN_TRANSACTION:
        yield _failed(failure, form(Part((step.seen.text,), transaction=False)))


def enum_value(step: Step) -> Iterator[Hit]:
    failure = step.seen.failure
    if failure and failure.sqlstate == _UNSAFE_ENUM:
        before = tuple(one.seen.text for one in step.earlier)
        yield _failed(failure, form(Part(before), Part((step.seen.text,), when="after it")))


def on_data(step: Step) -> Iterator[Hit]:
    failure = step.seen.failure
    if failure and (step.stopped_by_rows or failure.sqlstate[:2] in _ON_ROWS):
        yield _failed(
            failure,
            form(
                Part(
                    (step.seen.text,),
                    when="after a query has found the rows that stop it, and they are corrected",
                )
            ),
        )


def on_dependency(step: Step) -> Iterator[Hit]:
    failure = step.seen.failure
    if failure and _is_dependency(failure):
        yield _failed(
            failure,
            form(
                Part(
                    (step.seen.text,),
                    when="between DROP and CREATE of what depends on it, in one transaction",
                )
            ),
        )


def _is_dependency(failure: Failure) -> bool:
    used = failure.sqlstate == _UNSUPPORTED and _USED.search(failure.message)
    return failure.sqlstate == _DEPENDENTS or bool(used)


def always(step: Step) -> Iterator[Hit]:
    failure = step.seen.failure
    others = (in_transaction, enum_value, on_data, on_dependency)
    refused = failure is not None and failure.sqlstate == _REFUSED
    if failure and not refused and not any(True for other in others for _ in other(step)):
        yield _failed(failure, None)


def _failed(failure: Failure, safe: Form | None) -> Hit:
    return Hit(
        f"fails: {failure.message} ({failure.sqlstate})",
        {"sqlstate": failure.sqlstate, "message": failure.message},
        safe,
    )


def truncated(step: Step) -> Iterator[Hit]:
    for state, words in step.seen.notices:
        found = _CUT.search(words) if state == _TRUNCATED else None
        if found:
            yield Hit(
                f'cuts "{found[1]}" down to "{found[2]}", its first 63 bytes',
                {"asked_for": found[1], "got": found[2]},
                form(Part((step.seen.text.replace(found[1], found[1][:40]),))),
            )


def left_open(step: Step) -> Iterator[Hit]:
    if step.run.seen.left_open and step is step.run.steps[-1]:
        texts = tuple(one.seen.text for one in step.same_transaction)
        locked = sorted({lock.relation for one in step.same_transaction for lock in one.done.locks})
        listed = ", ".join(f'"{names.plain(table)}"' for table in locked)
        yield Hit(
            "ends in an open transaction: its work is lost when the session ends, and until then"
            f" {listed or 'nothing'} stays locked",
            {"locked": locked},
            form(Part((*texts, "COMMIT"))),
        )


RULES = (
    Rule(
        id="concurrently-in-transaction",
        title="Refused in a transaction",
        severity="error",
        condition=in_transaction,
        effect="CONCURRENTLY, VACUUM and their like fail within a transaction, and Alembic runs a"
        " revision in one.",
        instead="op.get_context().autocommit_block(), in a revision of its own.",
        looks_for="SQLSTATE 25001",
        bad="BEGIN;\nCREATE INDEX CONCURRENTLY tasks_due_ix ON tasks (due_date);\nCOMMIT;",
        good="CREATE INDEX CONCURRENTLY tasks_due_ix ON tasks (due_date);",
    ),
    Rule(
        id="enum-value-used-same-transaction",
        title="New label of an enum used before it is committed",
        severity="error",
        condition=enum_value,
        effect="The statement that uses the new label fails.",
        instead="Add the label in a revision before the one that uses it.",
        looks_for="SQLSTATE 55P04",
        bad="BEGIN;\nALTER TYPE stage ADD VALUE 'parked';\n"
        "UPDATE tasks SET stage = 'parked' WHERE id = 1;\nCOMMIT;",
        good="ALTER TYPE stage ADD VALUE 'parked';\nCOMMIT;\n"
        "UPDATE tasks SET stage = 'parked' WHERE id = 1;",
        versions="12+",
        covers=("fails-always",),
    ),
    Rule(
        id="fails-on-data",
        title="Stopped by rows that are there",
        severity="error",
        condition=on_data,
        effect="The migration works on an empty database and fails on one with such rows: in"
        " production, half way.",
        instead="Look for the rows first, correct them, then go on; or add the rule NOT VALID.",
        looks_for="an error of class 21, 22 or 23, or one that does not come without rows",
        bad="ALTER TABLE users ADD CONSTRAINT users_mail_key UNIQUE (mail);  -- with duplicates",
        good="SELECT mail FROM users GROUP BY mail HAVING count(*) > 1;",
    ),
    Rule(
        id="fails-on-dependency",
        title="Something depends on what is changed",
        severity="error",
        condition=on_dependency,
        effect="A view, policy, trigger or generated column uses it, and PostgreSQL refuses.",
        instead="Drop the dependent, change, create it again: in one transaction.",
        looks_for="SQLSTATE 2BP01, or 0A000 that says what uses it",
        bad="ALTER TABLE orders ALTER COLUMN code TYPE text;  -- a view selects code",
        good="DROP VIEW order_codes;\nALTER TABLE orders ALTER COLUMN code TYPE text;\n"
        "CREATE VIEW order_codes AS SELECT code FROM orders;",
    ),
    Rule(
        id="fails-always",
        title="PostgreSQL refuses the statement",
        severity="error",
        condition=always,
        effect="The migration fails on this schema, whatever the rows are.",
        instead="The form that PostgreSQL supports on this kind of object.",
        looks_for="any other error",
        bad="CREATE INDEX CONCURRENTLY readings_val_ix ON readings (val);  -- partitioned",
        good="CREATE INDEX readings_val_ix ON ONLY readings (val);",
    ),
    Rule(
        id="identifier-truncated",
        title="Name cut down to 63 bytes",
        severity="warning",
        condition=truncated,
        effect="PostgreSQL cuts the name without an error; whoever looks for the long one does not"
        " find it.",
        instead="A shorter name.",
        looks_for="notice 42622",
        bad=f"CREATE INDEX {'ix_tasks_' + 'very_' * 12}long ON tasks (id);",
        good="CREATE INDEX ix_tasks_id ON tasks (id);",
    ),
    Rule(
        id="transaction-left-open",
        title="BEGIN without COMMIT",
        severity="error",
        condition=left_open,
        effect="The work is lost when the session ends, and until then every lock stays.",
        instead="Let the tool begin and end transactions.",
        looks_for="the state of the session after the last statement",
        bad="BEGIN;\nALTER TABLE orders ADD COLUMN extra text;",
        good="BEGIN;\nALTER TABLE orders ADD COLUMN extra text;\nCOMMIT;",
    ),
)
