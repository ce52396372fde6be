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
from migrator.ops.batches import backfill
from migrator.ops.constraints import (
    add_check,
    add_foreign_key,
    unvalidate_constraint,
    validate_constraint,
)
from migrator.ops.data_loss import refuse_data_loss
from migrator.ops.indexes import (
    create_index_concurrently,
    drop_index_concurrently,
    reindex_concurrently,
)
from migrator.ops.keys import add_primary_key, add_unique
from migrator.ops.mirrors import drop_mirror, mirror_columns
from migrator.ops.not_null import drop_not_null, set_not_null
from migrator.ops.one_way import irreversible
from migrator.ops.security import create_policy, create_role

__all__ = [
    "add_check",
    "add_columns",
    "add_foreign_key",
    "add_primary_key",
    "add_unique",
    "backfill",
    "create_index_concurrently",
    "create_policy",
    "create_role",
    "drop_columns",
    "drop_index_concurrently",
    "drop_mirror",
    "drop_not_null",
    "drop_table",
    "irreversible",
    "mirror_columns",
    "refuse_data_loss",
    "reindex_concurrently",
    "set_not_null",
    "timestamp_to_timestamptz",
    "timestamptz_to_timestamp",
    "unvalidate_constraint",
    "validate_constraint",
]
