"""The rules of a revision: each broken in the ways that people write it, and kept in the others."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from migrator.lint import RULES, lint

HEAD = '''\
"""Add priority to tasks.

The list of queries/tasks.py sorts by it.
"""

import sqlalchemy as sa
from alembic import op

from migrator import ops

revision = "0123456789ab"
down_revision = "4e8ac3d7106f"
'''
BODY = 16  # the line of the first statement of upgrade


def revision(up: str, down: str = "op.execute('SELECT 1')", head: str = HEAD) -> str:
    functions = {"upgrade": dedent(up), "downgrade": dedent(down)}
    bodies = [
        f"def {name}() -> None:\n{indent(body, '    ')}\n" for name, body in functions.items()
    ]
    return "\n\n".join([head, *bodies])


def found(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "20261123_1200_add_priority_to_tasks.py"
    path.write_text(text, encoding="utf-8")
    return [str(one).removeprefix(f"{path}:") for one in lint(path)]


BROKEN: list[tuple[str, str, str]] = [
    (
        'op.create_index(op.f("ix_tasks_x"), "tasks", ["x"])',
        "SELECT",
        '16: index-concurrently op.create_index stops writers of "tasks" while it works',
    ),
    (
        'with op.batch_alter_table("tasks") as batch:\n'
        '    batch.create_index(op.f("ix_tasks_x"), ["x"])',
        "SELECT",
        '17: index-concurrently op.batch.create_index stops writers of "tasks" while it works',
    ),
    (
        'op.execute("CREATE UNIQUE INDEX ix_tasks_x ON tasks (x)")',
        "SELECT",
        '16: index-concurrently "CREATE UNIQUE INDEX ix_tasks_x ON tasks (x)" stops writers while'
        " it works",
    ),
    (
        "SELECT",
        'op.drop_index(op.f("ix_tasks_x"), "tasks")',
        '20: index-concurrently op.drop_index stops writers of "tasks" while it works',
    ),
    (
        'op.create_index(op.f("ix_x"), "tasks", ["x"], postgresql_concurrently=True,'
        " if_not_exists=True)",
        "SELECT",
        "16: no-hidden-index op.create_index(if_not_exists=True) takes an INVALID index for done",
    ),
    (
        "with op.get_context().autocommit_block():\n"
        '    op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_x ON tasks (x)")',
        "SELECT",
        '17: no-hidden-index "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_x ON tasks (x)" takes an'
        " INVALID index for done",
    ),
    (
        'op.create_check_constraint(op.f("ck_tasks_x"), "tasks", "x > 0")',
        "SELECT",
        '16: constraint-not-valid op.create_check_constraint reads "tasks" while it is locked',
    ),
    (
        'op.create_foreign_key(op.f("fk_x"), "tasks", "user", ["u"], ["id"])',
        "SELECT",
        '16: constraint-not-valid op.create_foreign_key reads "tasks" while it is locked',
    ),
    (
        'op.create_unique_constraint(op.f("uq_x"), "tasks", ["x"])',
        "SELECT",
        '16: constraint-not-valid op.create_unique_constraint reads "tasks" while it is locked',
    ),
    (
        'op.execute("ALTER TABLE tasks ADD CONSTRAINT ck_x CHECK (x > 0)")',
        "SELECT",
        '16: constraint-not-valid "ALTER TABLE tasks ADD CONSTRAINT ck_x CHECK (x > 0)" reads the'
        " table while it is locked",
    ),
    (
        'op.add_column("tasks", sa.Column("x", sa.Integer(), sa.ForeignKey("user.id")))',
        "SELECT",
        "16: constraint-not-valid op.add_column adds a ForeignKey in its column, which is proved at"
        " once",
    ),
    (
        'op.add_column("tasks", sa.Column("x", sa.Integer(), unique=True))',
        "SELECT",
        "16: constraint-not-valid op.add_column builds an index for unique=True at once",
    ),
    (
        'ops.add_check("ck_x", "tasks", "x > 0")\nops.validate_constraint("ck_x", "tasks")',
        "SELECT",
        '17: validate-later "ck_x" is added and validated in one revision',
    ),
    (
        'op.add_column("tasks", sa.Column("x", sa.Integer()))\n'
        'ops.create_index_concurrently("ix_x", "tasks", ["x"])',
        "SELECT",
        "16: one-step op.add_column stands beside steps that commit, in upgrade",
    ),
    (
        'ops.set_not_null("tasks", "x")\nops.set_not_null("tasks", "y")',
        "SELECT",
        "16: one-step ops.set_not_null commits on its way, and is not alone in upgrade",
    ),
    (
        "op.execute(\"SET lock_timeout = '1s'\")",
        "SELECT",
        "16: no-set \"SET lock_timeout = '1s'\" changes the session of all that follows",
    ),
    (
        'op.execute("COMMIT")',
        "SELECT",
        '16: no-commit "COMMIT" ends what belongs to the tool',
    ),
    (
        "op.get_bind().commit()",
        "SELECT",
        "16: no-commit op.get_bind().commit() ends what belongs to the tool\n"
        "16: no-deciding-query op.get_bind() asks the database, and there is none in --sql",
    ),
    (
        'if op.get_bind().scalar(sa.text("SELECT count(*) FROM tasks")):\n'
        "    op.execute(\"COMMENT ON TABLE tasks IS 'x'\")",
        "SELECT",
        "16: no-deciding-query op.get_bind() asks the database, and there is none in --sql",
    ),
    (
        'sa.Table("tasks", sa.MetaData(), autoload_with=op.get_bind())\nop.execute("SELECT 1")',
        "SELECT",
        "16: no-deciding-query op.get_bind() asks the database, and there is none in --sql\n"
        "16: no-reflection sqlalchemy.Table(autoload_with=…) reads the schema it meets",
    ),
    (
        "sa.inspect(op.get_bind()).get_columns('tasks')",
        "SELECT",
        "16: no-deciding-query op.get_bind() asks the database, and there is none in --sql\n"
        "16: no-reflection sqlalchemy.inspect reads the schema of whatever database it meets\n"
        "16: no-reflection sqlalchemy.inspect().get_columns reads the schema of whatever database"
        " it meets",
    ),
    (
        'op.drop_constraint("x", "tasks", type_="check")',
        "SELECT",
        '16: full-name op.drop_constraint leaves "x" to the naming convention',
    ),
    (
        'op.create_table("new", sa.Column("id", sa.Integer()), sa.PrimaryKeyConstraint("id"))',
        'ops.refuse_data_loss("new")\nop.drop_table("new")',
        "16: full-name sqlalchemy.PrimaryKeyConstraint gives no name",
    ),
    (
        'op.execute("UPDATE tasks SET x = 1")',
        "SELECT",
        '16: backfill-in-batches rows of "tasks" are written in one transaction',
    ),
    (
        'op.execute(sa.update(sa.table("tasks")).values(x=1))',
        "SELECT",
        "16: backfill-in-batches sqlalchemy.update writes rows in one transaction",
    ),
    (
        'op.bulk_insert(sa.table("tasks"), [{"id": 1}])',
        "SELECT",
        "16: backfill-in-batches op.bulk_insert writes rows in one transaction",
    ),
    (
        'ops.backfill("tasks", {"x": "1"})\nops.add_check("c", "tasks", "x > 0")',
        "SELECT",
        "17: backfill-alone ops.add_check stands beside a backfill, in upgrade",
    ),
    (
        'op.execute("COMMENT ON TABLE tasks IS NULL; COMMENT ON COLUMN tasks.id IS NULL")',
        "SELECT",
        "16: one-statement 2 statements in one op.execute",
    ),
    (
        'op.add_column("tasks", sa.Column("y", sa.Integer()))\nop.drop_column("tasks", "x")',
        "SELECT",
        "17: expand-or-contract op.drop_column takes away what op.add_column beside it replaces",
    ),
    (
        'op.add_column("tasks", sa.Column("x", sa.Integer()))',
        "pass",
        "19: downgrade-reverses downgrade does nothing, and upgrade does something",
    ),
    (
        'op.add_column("tasks", sa.Column("x", sa.Integer()))',
        'op.drop_column("tasks", "x")',
        '20: refuse-data-loss op.drop_column destroys "tasks.x" without refusing first',
    ),
    (
        'op.create_table("new", sa.Column("id", sa.Integer()))',
        'op.drop_table("new")',
        '20: refuse-data-loss op.drop_table destroys "new" without refusing first',
    ),
    (
        'op.execute("ALTER TABLE tasks ADD COLUMN x integer")',
        'op.execute("ALTER TABLE tasks DROP COLUMN x")',
        '20: refuse-data-loss rows of "tasks" are destroyed without refusing first',
    ),
]


@pytest.mark.parametrize(("up", "down", "said"), BROKEN)
def test_broken(tmp_path: Path, up: str, down: str, said: str) -> None:
    other = 'op.execute("SELECT 1")'
    up, down = (other if text == "SELECT" else text for text in (up, down))
    assert "\n".join(found(tmp_path, revision(up, down))) == said


KEPT: list[tuple[str, str]] = [
    (
        'op.create_table("new", sa.Column("id", sa.Integer()),'
        ' sa.PrimaryKeyConstraint("id", name=op.f("pk_new")))\n'
        'op.create_index(op.f("ix_new_id"), "new", ["id"])\n'
        'op.create_check_constraint(op.f("ck_new_id"), "new", "id > 0")\n'
        'op.execute("INSERT INTO new VALUES (1)")',
        'ops.refuse_data_loss("new")\nop.drop_table("new")',
    ),
    (
        'ops.create_index_concurrently("ix_x", "tasks", ["x"])\n'
        'ops.create_index_concurrently("ix_y", "tasks", ["y"])',
        'ops.drop_index_concurrently("ix_y")\nops.drop_index_concurrently("ix_x")',
    ),
    (
        "with op.get_context().autocommit_block():\n"
        '    op.execute("CREATE INDEX CONCURRENTLY ix_x ON tasks (x)")',
        'with op.get_context().autocommit_block():\n    op.execute("DROP INDEX CONCURRENTLY ix_x")',
    ),
    (
        'op.create_check_constraint(op.f("ck_x"), "tasks", "x > 0", postgresql_not_valid=True)',
        'op.drop_constraint(op.f("ck_x"), "tasks")',
    ),
    (
        'op.execute("ALTER TABLE tasks ADD CONSTRAINT ck_x CHECK (x > 0) NOT VALID")',
        'op.execute("ALTER TABLE tasks DROP CONSTRAINT ck_x")',
    ),
    (
        'op.execute("ALTER TABLE tasks ADD CONSTRAINT uq_x UNIQUE USING INDEX uq_x_new")',
        'op.execute("ALTER TABLE tasks ALTER COLUMN x DROP NOT NULL")',
    ),
    (
        'op.add_column("tasks", sa.Column("x", sa.Integer()))',
        'ops.refuse_data_loss("tasks", where="x IS NOT NULL")\nop.drop_column("tasks", "x")',
    ),
    (
        'op.execute("DO $$ BEGIN UPDATE nothing SET x = 1; SET x = 1; COMMIT; END $$")',
        'raise NotImplementedError("not to be had back")',
    ),
    ("pass", "pass"),
    ('op.drop_column("tasks", "x")', 'ops.irreversible("its values are gone")'),
]


@pytest.mark.parametrize(("up", "down"), KEPT)
def test_kept(tmp_path: Path, up: str, down: str) -> None:
    assert found(tmp_path, revision(up, down)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "Add priority",
            "Added priority",
            '1: revision-title the title begins with "Added", not with a verb in the imperative',
        ),
        (
            "Add priority",
            "add priority",
            '1: revision-title the title begins with "add", not with a verb in the imperative',
        ),
        ("to tasks.", "to tasks", "1: revision-title the title does not end with a full stop"),
        (
            "Add priority to tasks.",
            "Add priority to tasks, to conversations and to all messages of them.",
            "1: revision-title the title has 67 characters, more than 60",
        ),
        (
            "\n\nThe list of queries/tasks.py sorts by it.\n",
            "",
            "1: revision-why no paragraph below the title says why",
        ),
        (
            "The list of queries/tasks.py sorts by it.",
            "Why, and which query or caller needs it. What a revision may hold: CONTRIBUTING.md.",
            "1: revision-why the paragraph below the title is still the template's",
        ),
        (
            "sorts by it.\n",
            "sorts by it.\n\nRevises: 4e8ac3d7106f\n",
            '5: revision-prose "Revises:" repeats what stands below, and goes stale',
        ),
        (
            '"0123456789ab"',
            '"0007"',
            '11: revision-id revision id "0007" is not one of 12 hexadecimal digits',
        ),
        (
            'revision = "0123456789ab"\ndown_revision = "4e8ac3d7106f"',
            'down_revision = "4e8ac3d7106f"\nrevision = "0123456789ab"',
            "11: revision-order its parts do not stand in the order revision, down_revision,"
            " upgrade, downgrade",
        ),
        (
            "from migrator import ops\n",
            "from migrator import ops\nfrom models.task import Task\n",
            '10: foreign-import "models.task.Task" is imported',
        ),
        (
            "import sqlalchemy as sa\n",
            "import sqlalchemy as sa\nimport sqlmodel.sql.sqltypes\n",
            '7: foreign-import "sqlmodel" is imported',
        ),
        (
            '"4e8ac3d7106f"\n',
            '"4e8ac3d7106f"\nacknowledge = {"index-concurrently": " "}\n',
            "13: acknowledge-reason acknowledge names no rule, or gives no reason",
        ),
        (
            '"4e8ac3d7106f"\n',
            '"4e8ac3d7106f"\nacknowledge = {"index-concurrently": "12 rows"}\n',
            '13: stale-acknowledgement "index-concurrently" is acknowledged, and nothing breaks it',
        ),
    ],
)
def test_what_a_revision_says_of_itself(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = revision('op.execute("SELECT 1")')
    assert old in text
    assert found(tmp_path, text.replace(old, new)) == [said]


@pytest.mark.parametrize("title", ["Embed", "Bring", "Address", "Feed", "Focus", "Key", "Seed"])
def test_an_imperative_is_one(tmp_path: Path, title: str) -> None:
    text = revision('op.execute("SELECT 1")').replace("Add priority", f"{title} priority")
    assert found(tmp_path, text) == []


def test_a_reason_lets_a_rule_be_broken(tmp_path: Path) -> None:
    head = HEAD + 'acknowledge = {"index-concurrently": "the table has 12 rows"}\n'
    text = revision('op.create_index(op.f("ix_x"), "tasks", ["x"])', head=head)
    assert found(tmp_path, text) == []


def test_helpers_of_the_file_are_followed(tmp_path: Path) -> None:
    text = revision("prepare()") + (
        "\n\ndef prepare() -> None:\n    op.execute(STATEMENT)\n\n\n"
        "STATEMENT = f\"DELETE FROM {'tasks'}\"\n"
    )
    assert found(tmp_path, text) == [
        '24: backfill-in-batches rows of "tasks" are written in one transaction'
    ]


def test_every_rule_is_broken_somewhere_above() -> None:
    here = Path(__file__).read_text()
    assert [rule.id for rule in RULES if f": {rule.id} " not in here] == []
