"""What revisions may use beyond Alembic's own `op`: the forms that do not stop an application.

Each works online and in `--sql`, and renders the same statements in both.
"""

from migrator.ops.adoption import (
    add_columns,
    drop_columns,
    drop_table,
    timestamp_to_timestamptz,
    timestamptz_to_timestamp,
)
from migrator.ops.constraints import (
    add_check,
    add_foreign_key,
    unvalidate_constraint,
    validate_constraint,
)
from migrator.ops.data_loss import refuse_data_loss
from migrator.ops.indexes import create_index_concurrently, drop_index_concurrently
from migrator.ops.security import create_policy, create_role

__all__ = [
    "add_check",
    "add_columns",
    "add_foreign_key",
    "create_index_concurrently",
    "create_policy",
    "create_role",
    "drop_columns",
    "drop_index_concurrently",
    "drop_table",
    "refuse_data_loss",
    "timestamp_to_timestamptz",
    "timestamptz_to_timestamp",
    "unvalidate_constraint",
    "validate_constraint",
]
