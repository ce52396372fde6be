"""Deleting old messages, for who has to: `python -m queries.retention --help`.

Off by default: nothing calls this. It runs across users, as a login of app_maintenance or the
owner, beside the application: in batches that commit, each of which finds its rows in the order of
ix_messages_created_at.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
import sqlalchemy as sa
from sqlmodel import col

from models import Message
from queries import errors
from queries.engines import engine
from queries.translation import translated

BATCH = 5000
"""Messages a transaction."""

_COUNT = (
    sa.select(sa.func.count())
    .select_from(Message)
    .where(col(Message.created_at) < sa.bindparam("before"))
)
# By ctid, which is the row itself: by id it reads twice the pages. A message never moves, since
# nothing updates one. NULLS FIRST is the order of the index, which serves nothing else by it.
_PURGE = sa.text(
    "DELETE FROM messages WHERE ctid = ANY (ARRAY("
    "SELECT ctid FROM messages WHERE created_at < :before"
    " ORDER BY created_at NULLS FIRST LIMIT :batch))"
).bindparams(sa.bindparam("before", type_=sa.DateTime(timezone=True)))


def count(older_than: datetime, *, bind: sa.Engine | None = None) -> int:
    """How many messages a purge would delete: its dry run."""
    with translated(), (bind or engine()).connect() as connection:
        return connection.execute(_COUNT, {"before": older_than}).scalar_one()


def purge(
    older_than: datetime,
    *,
    bind: sa.Engine | None = None,
    batch: int = BATCH,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Delete every message from before `older_than`; returns how many. Conversations stay.

    Calls `progress` with the number of each batch that is committed. Raises Retryable and
    NotAllowed; run again, it goes on where it was.
    """
    purged = 0
    while True:
        with translated(), (bind or engine()).begin() as connection:
            gone = connection.execute(_PURGE, {"before": older_than, "batch": batch}).rowcount
        if not gone:
            return purged
        purged += gone
        progress(gone)


@click.command(name="retention")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(min=1),
    required=True,
    metavar="DAYS",
    help="Messages of more days ago.",
)
@click.option("--delete", is_flag=True, help="Delete them; without it they are only counted.")
def main(days: int, delete: bool) -> None:
    """Count or delete the messages that are older than a number of days."""
    older_than = datetime.now(UTC) - timedelta(days=days)
    try:
        if delete:
            click.echo(f"{purge(older_than):,} messages deleted")
        else:
            click.echo(f"{count(older_than):,} messages are older; --delete deletes them")
    except errors.QueryError as error:
        raise click.ClickException(str(error).removeprefix("error: ")) from None


if __name__ == "__main__":
    main()
