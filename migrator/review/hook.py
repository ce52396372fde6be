"""Runs the revisions of any Alembic project, and lets somebody else look between two statements.

A program that stands alone: the interpreter may be the project's own, which knows nothing of us. It
talks through a socket, one line of JSON a message. It is asked for a `job`, and while that runs it
tells of each statement that a revision executes (`before`, `after`, `failed`) and then answers
questions (`ask`, `run`), asked of the same session, until it hears `go`, or `again`.

Whatever address env.py finds, every connection goes to the one database that it was told.
"""

import json
import os
import re
import socket
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine

if TYPE_CHECKING:
    from migrator.review.redirect import ask, redirect
else:  # run as a program, from its own folder
    from redirect import ask, redirect

_SQLSTATE_IN_TEXT = {" will be truncated to ": "42622", " already exists, skipping": "42P07"}

_CLASS = re.compile(r"^<class '[\w.]+'>: ")
"""How SQLAlchemy begins the words of asyncpg's errors."""


class Hook:
    """The project's end of the socket."""

    def __init__(self, channel: socket.socket, ini: str, url: str) -> None:
        self._lines = channel.makefile("rw", encoding="utf-8", newline="\n")
        self._url = make_url(url)
        self._config = Config(ini)
        self._revisions: set[str] = set()
        self._watching = False
        self._connection: object = None
        self._noticed: dict[int, list[tuple[str, str]]] = {}

    def serve(self) -> None:
        """Do one job after the other until the other end closes."""
        self._config.set_main_option("sqlalchemy.url", self._named().replace("%", "%%"))
        self._listen()
        while (request := self._receive()) is not None:
            try:
                answer = getattr(self, f"job_{request.pop('job')}")(**request)
            except BaseException as error:  # a revision raises anything
                self._send({"error": _words(error), "sqlstate": _sqlstate(error)})
            else:
                self._send({"done": answer})

    def job_revisions(self, lower: str, upper: str) -> list[dict[str, Any]]:
        """The revisions after `lower` up to `upper`, in the order in which they are applied."""
        script = ScriptDirectory.from_config(self._config)
        self._revisions = {os.path.realpath(one.path) for one in script.walk_revisions()}
        found = list(script.iterate_revisions(upper, lower))
        return [
            {
                "revision": one.revision,
                "file": os.path.relpath(one.path),
                "down": one.down_revision,
                "acknowledge": dict(getattr(one.module, "acknowledge", {})),
                "irreversible": getattr(one.module, "irreversible", None),
            }
            for one in reversed(found)
        ]

    def job_upgrade(self, to: str, watch: bool) -> None:
        self._watching = watch
        command.upgrade(self._config, to)

    def job_downgrade(self, to: str, watch: bool) -> None:
        self._watching = watch
        command.downgrade(self._config, to)

    # Around each statement

    def _listen(self) -> None:
        redirect(self._url)
        event.listen(Engine, "do_execute", self._execute)
        event.listen(Engine, "do_execute_no_params", self._execute_no_params)
        event.listen(Engine, "do_executemany", self._executemany)
        event.listen(Engine, "commit", lambda one: self._over(one, "committed"))
        event.listen(Engine, "rollback", lambda one: self._over(one, "rolled back"))

    def _execute(self, cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        return self._run(context, text, lambda: cursor.execute(text, parameters))

    def _execute_no_params(self, cursor: Any, text: str, context: Any) -> bool:
        return self._run(context, text, lambda: cursor.execute(text))

    def _executemany(self, cursor: Any, text: str, parameters: Any, context: Any) -> bool:
        return self._run(context, text, lambda: cursor.executemany(text, parameters))

    def _run(self, context: Any, text: str, execute: Callable[[], object]) -> bool:
        line = self._line() if self._watching else None
        if line is None:
            return False  # SQLAlchemy executes it
        self._connection = context.root_connection
        dbapi = context.root_connection.connection.dbapi_connection
        noticed = self._notices(dbapi)
        while True:
            self._talk(dbapi, {"event": "before", "text": text, "line": line})
            noticed.clear()
            try:
                execute()
            except Exception as error:
                told = {"error": _words(error), "sqlstate": _sqlstate(error)}
                if self._talk(dbapi, {"event": "failed", **told}) == "go":
                    raise
                continue
            self._talk(dbapi, {"event": "after", "notices": [*noticed, *_stored_notices(dbapi)]})
            return True

    def _over(self, connection: object, how: str) -> None:
        if self._watching and connection is self._connection:
            self._talk(None, {"event": how})

    def _line(self) -> int | None:
        """The line of the revision that the running statement comes from, if it does."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None:
            if os.path.realpath(frame.f_code.co_filename) in self._revisions:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def _notices(self, dbapi: Any) -> list[tuple[str, str]]:
        known = self._noticed.get(id(dbapi))
        if known is not None:
            return known
        self._noticed[id(dbapi)] = noticed = []
        driver = getattr(dbapi, "driver_connection", dbapi)
        if hasattr(driver, "add_notice_handler"):  # psycopg
            driver.add_notice_handler(
                lambda one: noticed.append((one.sqlstate or "", one.message_primary or ""))
            )
        elif hasattr(driver, "add_log_listener"):  # asyncpg
            driver.add_log_listener(
                lambda _, one: noticed.append((one.sqlstate or "", one.message or ""))
            )
        return noticed

    # The socket

    def _talk(self, dbapi: Any, told: dict[str, Any]) -> str:
        """Tell something and answer questions until told how to go on."""
        self._send(told)
        while (request := self._receive()) is not None:
            if request["do"] in {"go", "again"}:
                return str(request["do"])
            try:
                self._send({"answer": ask(dbapi, request["sql"], wanted=request["do"] == "ask")})
            except Exception as error:  # every driver has its own
                self._send({"error": _words(error), "sqlstate": _sqlstate(error)})
        raise SystemExit("nobody listens any more")

    def _send(self, message: dict[str, Any]) -> None:
        self._lines.write(json.dumps(message) + "\n")
        self._lines.flush()

    def _receive(self) -> dict[str, Any] | None:
        line = self._lines.readline()
        return json.loads(line) if line else None

    def _named(self) -> str:
        """The address, for the driver that the project names in alembic.ini, if it does."""
        named = self._config.get_main_option("sqlalchemy.url") or ""
        driver = named.partition(":")[0]
        url = self._url.set(drivername=driver) if driver.startswith("postgresql") else self._url
        return str(url.render_as_string(hide_password=False))


def _stored_notices(dbapi: Any) -> list[tuple[str, str]]:
    """What psycopg2 has kept: lines of text, without SQLSTATE."""
    kept = getattr(dbapi, "notices", None)
    if not isinstance(kept, list):
        return []
    lines = [line.partition(":")[2].strip() for line in kept]
    kept.clear()
    return [
        (next((s for words, s in _SQLSTATE_IN_TEXT.items() if words in line), "00000"), line)
        for line in lines
    ]


def _original(error: BaseException) -> Any:
    """The driver's own error, below those that wrap it."""
    inner: Any = error
    while inner is not None:
        if getattr(inner, "orig", None) is not None:
            inner = inner.orig
        elif getattr(inner, "sqlstate", None) or getattr(inner, "pgcode", None):
            return inner
        else:
            inner = inner.__cause__
    return error


def _sqlstate(error: BaseException) -> str:
    original = _original(error)
    return getattr(original, "sqlstate", None) or getattr(original, "pgcode", None) or ""


def _words(error: BaseException) -> str:
    original = _original(error)
    primary = getattr(getattr(original, "diag", None), "message_primary", None)
    text = primary or getattr(original, "message", None) or str(original)
    text = _CLASS.sub("", str(text))
    return (str(text).strip().splitlines() or [type(original).__name__])[0]


def _main(number: str, ini: str, url: str) -> None:
    del sys.path[0]  # this folder: its files are no modules of the project
    os.chdir(Path(ini).parent)
    Hook(socket.socket(fileno=int(number)), ini, url).serve()


if __name__ == "__main__":
    _main(*sys.argv[1:])
