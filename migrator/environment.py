"""What migrations/env.py runs: the safety that every Alembic run needs, also a native one.

A connection handed in through `config.attributes["connection"]` is used as it is; it must not be
inside a transaction, since revisions commit.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from logging.config import fileConfig
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

from migrator import errors, squashed
from migrator.budget import milliseconds
from migrator.connection import settle
from migrator.lock import migration_lock
from migrator.project import COLLECT, Project, ours
from migrator.record import Row, Stamps

LOCKED = "migrator.locked"
"""Attribute of the Config that says that the caller holds the migration lock already."""

RECORD = "migrator.record"
"""Attribute of the Config: the row of migration_log that the runner has begun. Without one, and
without LOCKED, a run writes rows of its own; a sandbox has no record."""

ALLOW_DATA_LOSS = "migrator.allow_data_loss"
"""Attribute of the Config: what a downgrade may destroy, for callers without `alembic -x`."""


def run(metadata: sa.MetaData) -> None:
    """Run what Alembic was asked for. What a user can do something about is a CommandError."""
    config = context.config
    if COLLECT in config.attributes:
        config.attributes[COLLECT].append(metadata)
        return
    if config.cmd_opts is not None and config.config_file_name:
        fileConfig(config.config_file_name, disable_existing_loggers=False)
    options: dict[str, Any] = {"target_metadata": metadata, "transaction_per_migration": True}
    if context.is_offline_mode():
        # "named" keeps a percent sign as it is written.
        context.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},
            literal_binds=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    project = Project(config, config.attributes.get("url"), metadata)
    if _is_comparison():
        # Only here: it builds schemas, and so runs environments itself.
        from migrator.autogenerate import native  # noqa: PLC0415

        native.run(context._proxy, project, options)  # type: ignore[attr-defined]
        return
    with _connection(project) as connection:
        try:
            _run_online(connection, project, options)
        except sa.exc.DBAPIError as error:
            raise errors.from_database(error) from error


def _run_online(connection: sa.Connection, project: Project, options: dict[str, Any]) -> None:
    named = context.get_x_argument(as_dictionary=True).get("allow-data-loss", "")
    allowed = project.config.attributes.get(ALLOW_DATA_LOSS, named)
    settle(
        connection,
        project.settings.lock_timeout,
        allow_data_loss=allowed,
        build_timeout=milliseconds(project.settings.build_timeout),
    )
    context.configure(connection=connection, on_version_apply=_recorder(project), **options)
    migration = context.get_context()
    with _lock(connection, project, migration):
        _see_squashed(migration)
        # With the lock held: a moment before, somebody else may have been in the first revision.
        _refuse_unstamped(migration, options["target_metadata"])
        with context.begin_transaction():
            context.run_migrations()


def _is_comparison() -> bool:
    """Whether Alembic was asked to compare the models: revision --autogenerate, or check."""
    asked = context._proxy.context_opts.get("revision_context")  # type: ignore[attr-defined]
    return asked is not None and bool(asked.command_args["autogenerate"])


@contextmanager
def _connection(project: Project) -> Iterator[sa.Connection]:
    handed_in = project.config.attributes.get("connection")
    if handed_in is None:
        with project.connect() as connection:
            yield connection
    elif handed_in.in_transaction():
        raise errors.connection_in_transaction()
    else:
        yield handed_in


def _recorder(project: Project) -> Callable[..., None]:
    """What Alembic calls in the transaction that has just stamped a step."""
    attributes = project.config.attributes
    row: Row | None = attributes.get(RECORD)
    stamps = None if attributes.get(LOCKED) else Stamps()

    def applied(ctx: MigrationContext, step: MigrationInfo, **_: object) -> None:
        assert ctx.connection is not None  # noqa: S101  online there is one
        if row is not None:
            row.applied(ctx.connection)
        elif stamps is not None:
            stamps.applied(ctx.connection, step)

    return applied


def _lock(
    connection: sa.Connection, project: Project, migration: MigrationContext
) -> AbstractContextManager[object]:
    if project.config.attributes.get(LOCKED) or migration.opts.get("dont_mutate"):
        return nullcontext()
    return migration_lock(connection.engine, project.settings.migration_lock_wait)


def _see_squashed(migration: MigrationContext) -> None:
    """Let a database that is still among squashed revisions go their way."""
    environment = migration.environment_context
    target = environment.context_opts.get("destination_rev") if environment else None
    heads = migration.get_current_heads()
    if getattr(migration._migrations_fn, "__name__", "") == "downgrade":
        squashed.follow_back(context.script, heads[0] if heads else None, str(target))
    else:
        squashed.follow(context.script, *heads, target)


def _refuse_unstamped(migration: MigrationContext, metadata: sa.MetaData) -> None:
    """Refuse to build from the base what create_all has built already: that database is adopted.

    `alembic stamp` passes: it is somebody's own decision. The steps are asked for here and not
    while they run, since Alembic has made its version table by then.
    """
    steps_of = migration._migrations_fn
    connection = migration.connection
    if steps_of is None or connection is None or steps_of.__name__ != "upgrade":
        return
    if not migration.get_current_heads() and any(
        not step.info.down_revision_ids for step in steps_of((), migration)
    ):
        found = ours(metadata).intersection(sa.inspect(connection).get_table_names())
        if found:
            raise errors.unstamped(sorted(found))
    connection.rollback()
