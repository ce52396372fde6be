"""What an application sends, noted down while it works."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event

from migrator.review.compatibility.statement import Statement


@contextmanager
def recording(engine: sa.Engine) -> Iterator[list[Statement]]:
    """Note every statement of the engine (psycopg), with its parameters written out, each once.

    with recording(engine) as sent:
        run_the_application()
    Path("release.sql").write_text(";\\n".join(one.text for one in sent) + ";\\n")
    """
    sent: dict[str, Statement] = {}

    def note(connection: sa.Connection, _c: Any, text: str, given: Any, *_: Any) -> None:
        raw = connection.connection.driver_connection
        if isinstance(raw, psycopg.Connection):
            whole = psycopg.ClientCursor(raw).mogrify(text.encode(), given or None)
            sent.setdefault(whole, Statement(whole))

    noted: list[Statement] = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield noted
    finally:
        event.remove(engine, "before_cursor_execute", note)
        noted += sent.values()
