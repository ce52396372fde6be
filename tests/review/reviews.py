"""A review as data, with everything in it that a form of the report must get right."""

from migrator.catalog import Catalog
from migrator.preflight.modes import Mode
from migrator.review.finding import Finding
from migrator.review.observed import Lock, Observed, Rows, Wait
from migrator.review.rehearsal import Rehearsal
from migrator.review.reversal import Loss, Reversal
from migrator.review.review import Review

FILE = "versions/20261201_0900_index_tasks.py"
EMPTY = Catalog({})
TASKS = "public.tasks"

STATEMENTS = (
    Observed(
        0,
        'CREATE INDEX "odd<name>" ON tasks (title)',
        21,
        1,
        2.31,
        locks=(Lock(TASKS, Mode.SHARE, 3.2),),
        built=('public."odd<name>"',),
        read={TASKS: 100_000},
        waits=(Wait(TASKS, "INSERT", 2.2, 41), Wait(TASKS, "DELETE", 0.9, 7)),
    ),
    Observed(
        1,
        "ALTER TABLE tasks ALTER COLUMN id TYPE bigint",
        22,
        1,
        0.89,
        locks=(
            Lock(TASKS, Mode.ACCESS_EXCLUSIVE, 0.89),
            Lock("public.users", Mode.ROW_SHARE, 0.89),
        ),
        rewritten=(TASKS,),
        rebuilt=("public.pk_tasks",),
        read={TASKS: 100_000},
        written={TASKS: Rows(updated=12)},
        copied_bytes=9_000_000,
    ),
    Observed(2, "COMMENT ON TABLE made IS 'new'", 23, 1, 0.0004),
)
SMALLER = (
    Observed(0, STATEMENTS[0].text, 21, 1, 0.5, read={TASKS: 25_000}),
    Observed(1, STATEMENTS[1].text, 22, 1, 0.2, read={TASKS: 25_000}, written={TASKS: Rows(0, 12)}),
    Observed(2, STATEMENTS[2].text, 23, 1, 0.0004),
)

UP = Rehearsal(
    "18.6",
    "wrapped",
    EMPTY,
    EMPTY,
    {TASKS: 100_000},
    STATEMENTS,
    smaller=SMALLER,
    smaller_rows={TASKS: 25_000},
    generated=True,
    revision="aaaaaaaaaaaa",
    before_revision="base",
    file=FILE,
)
DOWN = Rehearsal(
    "18.6",
    "wrapped",
    EMPTY,
    EMPTY,
    {TASKS: 100_000},
    (
        Observed(
            0,
            "DROP INDEX ix",
            27,
            1,
            0.004,
            locks=(Lock(TASKS, Mode.ACCESS_EXCLUSIVE, 0.004),),
        ),
    ),
    revision="aaaaaaaaaaaa",
    before_revision="base",
    file=FILE,
    downgrade=True,
)
BACK = Reversal(
    "aaaaaaaaaaaa",
    "lossy",
    [Loss("row-lost", "rows_lost", TASKS, None, 1200, "downgrade", "1200 rows")],
    [],
    {TASKS: 100_000},
)

ERROR = Finding(
    "index-build-blocks-writes",
    "error",
    0,
    'builds index "odd<name>" on "tasks" while writers wait: 100% | of 100,000 rows, `SHARE`',
    {"table": TASKS, "lock": "SHARE", "rows_read": 100_000, "seconds": 2.31, "columns": ["a", "b"]},
    'with op.get_context().autocommit_block():\n    op.execute("CREATE INDEX CONCURRENTLY …")',
    "aaaaaaaaaaaa",
    FILE,
    21,
)
ACCEPTED = Finding(
    "column-type-rewrite",
    "error",
    1,
    'rewrites "tasks"',
    {"copied_bytes": 9_000_000},
    None,
    "aaaaaaaaaaaa",
    FILE,
    22,
    "the table holds 12 rows <everywhere>",
)
LOST = Finding(
    "row-lost", "warning", None, 'rows of "tasks" are missing', revision="aaaaaaaaaaaa", file=FILE
)
NOTE = Finding(
    "drop-table",
    "note",
    0,
    'drops "made"',
    {"table": "public.made"},
    revision="aaaaaaaaaaaa",
    file=FILE,
    line=27,
    downgrade=True,
)

REVIEW = Review(100_000, (UP, DOWN), (ACCEPTED, ERROR, LOST, NOTE), {"aaaaaaaaaaaa": BACK})
CLEAN = Review(100_000, (DOWN,), (), {})
