"""A downgrade that cannot be, said aloud: a silent one would claim a schema that is not there."""

from alembic import op

from migrator import errors
from migrator.ops import sql


def irreversible(reason: str) -> None:
    """Refuse to be undone. `reason` is the module attribute `irreversible` of the revision.

    irreversible = "drops tasks.legacy_state; restore it from a backup"

    def downgrade() -> None:
        ops.irreversible(irreversible)
    """
    error = errors.irreversible(reason)
    if not op.get_context().as_sql:
        raise error
    sql.do(f"""\
RAISE EXCEPTION USING
    MESSAGE = {sql.literal(error.message)},
    HINT = {sql.literal(error.hint or "")};
""")
