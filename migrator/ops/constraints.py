"""Constraints on tables that hold rows: promised first, proved in a later revision.

Adding one NOT VALID reads no row; validating it reads all of them, under a lock that lets the
application read and write.
"""

from collections.abc import Sequence

from alembic import op

from migrator.ops import sql


def add_foreign_key(
    name: str,
    table: str,
    columns: Sequence[str],
    referred_table: str,
    referred_columns: Sequence[str],
    *,
    ondelete: str | None = None,
) -> None:
    """Add a foreign key NOT VALID: holds for new rows at once, for old ones when validated."""
    op.create_foreign_key(
        op.f(name),
        table,
        referred_table,
        list(columns),
        list(referred_columns),
        ondelete=ondelete,
        postgresql_not_valid=True,
    )


def add_check(name: str, table: str, condition: str) -> None:
    """Add a CHECK NOT VALID: holds for new rows at once, for old ones when validated."""
    op.create_check_constraint(op.f(name), table, condition, postgresql_not_valid=True)


def validate_constraint(name: str, table: str) -> None:
    """Prove a constraint that was added NOT VALID. Fails on the first row that breaks it."""
    sql.execute(f"ALTER TABLE {sql.name(table)} VALIDATE CONSTRAINT {sql.name(name)}")


def unvalidate_constraint(name: str, table: str) -> None:
    """Turn a constraint back into a NOT VALID one: the exact reverse of validating it.

    PostgreSQL has no statement for this, so it is dropped and added in one.
    """
    sql.do(
        f"""
SELECT pg_get_constraintdef(c.oid) INTO STRICT definition
FROM pg_constraint AS c
WHERE c.conrelid = {sql.literal(sql.name(table))}::regclass AND c.conname = {sql.literal(name)};
EXECUTE format(
    'ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s NOT VALID',
    {sql.literal(sql.name(table))}, {sql.literal(name)}, definition
);
""",
        declare="definition text;",
    )
