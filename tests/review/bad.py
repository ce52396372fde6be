"""Revisions as nobody should write them, one of each kind, on top of our own chain."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bad:
    """`upgrade` and `downgrade` are bodies; `says` is (rule, message) of all that is found."""

    upgrade: str
    downgrade: str
    says: tuple[tuple[str, str], ...] = ()


BAD = {
    "index": Bad(
        'op.create_index("ix_bad", "tasks", ["description"])',
        'op.drop_index("ix_bad", "tasks")',
        (
            (
                "index-build-blocks-writes",
                'builds index "ix_bad" while a SHARE lock on "tasks" keeps its writers waiting (1,200 rows are read)',
            ),
        ),
    ),
    "unique": Bad(
        'op.create_unique_constraint("uq_bad", "tasks", ["id", "title"])',
        'op.drop_constraint("uq_bad", "tasks")',
        (
            (
                "unique-constraint-builds-index",
                'builds the index of "uq_bad" on "tasks" by reading 1,200 rows under an ACCESS EXCLUSIVE lock: everybody waits',
            ),
        ),
    ),
    "drop index": Bad(
        'op.drop_index("ix_tasks_user_id", "tasks")',
        'op.create_index("ix_tasks_user_id", "tasks", ["user_id"])',
        (
            (
                "index-drop-locks-table",
                'drops index "ix_tasks_user_id" under an ACCESS EXCLUSIVE lock on "tasks": nobody may even read it until the transaction ends',
            ),
        ),
    ),
    "check": Bad(
        'op.create_check_constraint("ck_bad", "tasks", "char_length(title) < 300")',
        'op.drop_constraint("ck_bad", "tasks")',
        (
            (
                "check-scan-under-lock",
                'proves check constraint "ck_tasks_ck_bad" on "tasks" by reading 1,200 rows under an ACCESS EXCLUSIVE lock: everybody waits',
            ),
        ),
    ),
    "foreign key": Bad(
        'op.create_foreign_key("fk_bad", "tasks", "user", ["user_id"], ["id"])',
        'op.drop_constraint("fk_bad", "tasks")',
        (
            (
                "foreign-key-scan-under-lock",
                'proves foreign key "fk_bad" on "tasks" by reading 1,202 rows under a SHARE ROW EXCLUSIVE lock: every writer waits',
            ),
        ),
    ),
    "validated at once": Bad(
        'ops.add_check("ck_bad_2", "tasks", "char_length(title) < 400")\nops.validate_constraint("ck_bad_2", "tasks")',
        'op.drop_constraint("ck_bad_2", "tasks")',
        (
            (
                "validate-in-same-transaction",
                'validates "ck_bad_2" on "tasks" by reading 1,200 rows under an ACCESS EXCLUSIVE lock: everybody waits',
            ),
        ),
    ),
    "not null": Bad(
        'op.alter_column("messages", "agent_name", nullable=False)',
        'op.alter_column("messages", "agent_name", nullable=True)',
        (
            (
                "not-null-scan-under-lock",
                'proves that "agent_name" holds no NULL on "messages" by reading 1,200 rows under an ACCESS EXCLUSIVE lock: everybody waits',
            ),
            (
                "fails-on-data",
                'fails: column "agent_name" of relation "messages" contains null values (23502)',
            ),
        ),
    ),
    "column with a check": Bad(
        'op.execute("ALTER TABLE tasks ADD COLUMN stars integer DEFAULT 1 CHECK (stars < 6)")',
        'op.drop_column("tasks", "stars")',
        (
            (
                "add-column-inline-constraint",
                'adds "tasks.stars" with constraint "tasks_stars_check": 1,200 rows are read under an ACCESS EXCLUSIVE lock',
            ),
        ),
    ),
    "random default": Bad(
        'op.add_column("tasks", sa.Column("token", sa.Uuid, server_default=sa.text("gen_random_uuid()")))',
        'op.drop_column("tasks", "token")',
        (
            (
                "add-column-volatile-default-rewrite",
                'adds "tasks.token" by copying all 1,200 rows and building every index anew under an ACCESS EXCLUSIVE lock',
            ),
        ),
    ),
    "required column": Bad(
        'op.add_column("tasks", sa.Column("priority", sa.Integer, nullable=False))',
        'op.drop_column("tasks", "priority")',
        (
            (
                "add-column-required-fails",
                'adds "tasks.priority", NOT NULL without a default: fails on the 1,200 rows that are there',
            ),
        ),
    ),
    "another type": Bad(
        'op.alter_column("tasks", "id", type_=sa.BigInteger)',
        'op.alter_column("tasks", "id", type_=sa.Integer)',
        (
            (
                "column-type-rewrite",
                'changes "tasks" (id: integer to bigint) by copying all 1,200 rows and building every index anew under an ACCESS EXCLUSIVE lock',
            ),
        ),
    ),
    "fill in one go": Bad(
        "op.execute(\"UPDATE tasks SET description = 'none'\")",
        "pass",
        (
            (
                "unbatched-update",
                'updates 1,200 rows of "tasks" in one transaction: their writers wait until it ends, and every row leaves a dead one behind',
            ),
        ),
    ),
    "fill with the column": Bad(
        'op.add_column("tasks", sa.Column("size", sa.Integer))\nop.execute("UPDATE tasks SET size = char_length(title)")',
        'op.drop_column("tasks", "size")',
        (
            (
                "backfill-with-ddl",
                'updates 1,200 rows of "tasks" while a change of the schema keeps "tasks" locked (ACCESS EXCLUSIVE): nobody may even read it until all of them are written',
            ),
        ),
    ),
    "delete": Bad(
        'op.execute("DELETE FROM messages")',
        "pass",
        (("mass-delete", 'deletes 1,200 rows of "messages" in one transaction'),),
    ),
    "truncate": Bad(
        'op.execute("TRUNCATE messages")',
        "pass",
        (("truncate-data", 'empties "messages" (1,200 rows) under an ACCESS EXCLUSIVE lock'),),
    ),
    "cluster": Bad(
        'op.execute("CLUSTER tasks USING tasks_pkey")',
        "pass",
        (
            (
                "table-rewrite-command",
                'copies all 1,200 rows of "tasks" under an ACCESS EXCLUSIVE lock',
            ),
        ),
    ),
    "lock": Bad(
        'op.execute("LOCK TABLE tasks")',
        "pass",
        (
            (
                "explicit-table-lock",
                'locks "tasks" in ACCESS EXCLUSIVE mode, against even reading, until the transaction ends',
            ),
        ),
    ),
    "drop default": Bad(
        'op.alter_column("tasks", "completed", server_default=None)',
        'op.alter_column("tasks", "completed", server_default=sa.false())',
        (
            (
                "old-writes-break",
                'drops the default of "tasks.completed", which may not be NULL: an INSERT of the running release that leaves it out fails',
            ),
        ),
    ),
    "rename column": Bad(
        'op.alter_column("conversations", "title", new_column_name="name")',
        'op.alter_column("conversations", "name", new_column_name="title")',
        (
            (
                "rename-column",
                'renames column "conversations.title" to "name": the running release goes on using the old name',
            ),
        ),
    ),
    "drop column": Bad(
        'op.drop_column("tasks", "description")',
        'op.add_column("tasks", sa.Column("description", sa.String))',
        (
            (
                "drop-column",
                'drops column "tasks.description" of 1,200 rows; the running release still selects it',
            ),
        ),
    ),
    "rename table": Bad(
        'op.rename_table("messages", "utterances")',
        'op.rename_table("utterances", "messages")',
        (
            (
                "rename-table",
                'renames table "messages" to "utterances": the running release goes on using the old name',
            ),
        ),
    ),
    "drop table": Bad(
        'op.drop_table("utterances")',
        "pass",
        (("drop-table", 'drops "utterances" with 1,200 rows; the running release still uses it'),),
    ),
    "concurrently": Bad(
        'op.execute("CREATE INDEX CONCURRENTLY ix_never ON tasks (title)")',
        'op.execute("DROP INDEX ix_never")',
        (
            (
                "concurrently-in-transaction",
                "fails: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001)",
            ),
        ),
    ),
}
