"""Runs steps of any Alembic project, each in a process of its own.

A program that stands alone: the interpreter may be the project's own, which knows nothing of us.
It reads one request a line, forks for it, and answers with one line of JSON. A fork, because env.py
and the models it imports stay in a process and remember the database that they saw first.
"""

import ast
import contextlib
import importlib
import json
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, event, make_url

if TYPE_CHECKING:
    from migrator.review.redirect import redirect
else:  # run as a program, from its own folder
    from redirect import redirect

_SHORT = 40  # characters
_SQL = frozenset("()=;\n")
_MOST = 400  # statements told of one step
_LIBRARIES = ("psycopg", "psycopg2", "asyncpg", "sqlmodel", "pydantic_settings")
"""Dear to import, and the same for every database: what one fork used, the next ones find."""
_RAISED = {"P0001", "MG001"}  # by RAISE EXCEPTION, and by migrator.ops.refuse_data_loss


def main() -> None:
    """Answer until the input ends."""
    del sys.path[0]  # this folder: its files are no modules of the project
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what env.py prints is no answer
    while line := sys.stdin.readline():
        answer = json.loads(_in_a_fork(line))
        for library in answer.pop("libraries", ()):
            importlib.import_module(library)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _in_a_fork(request: str) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            told = _step(**json.loads(request))
            told["libraries"] = [name for name in _LIBRARIES if name in sys.modules]
            pipe.write(json.dumps(told))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return answer or json.dumps({"ok": False, "message": f"the process ended with {status}"})


def _step(ini: str, url: str, verb: str, to: str) -> dict[str, Any]:
    """Run one `upgrade` or `downgrade`; `statements` is what it sent to the database."""
    os.chdir(Path(ini).parent)
    driver = _driver(ini)
    address = make_url(url).set(drivername=driver) if driver else make_url(url)
    _name_the_database(address.render_as_string(hide_password=False))
    said: list[str] = []
    _listen(address, said)
    config = Config(ini)
    # env.py has to make its connection as it always does: ours is only named, never handed in.
    text = address.render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", text.replace("%", "%%"))
    revisions = {
        s.revision: str(s.path) for s in ScriptDirectory.from_config(config).walk_revisions()
    }
    try:
        with contextlib.redirect_stdout(sys.stderr):
            getattr(command, verb)(config, to)
    except BaseException as error:
        return {"ok": False, "statements": said, **_told(error, set(revisions.values()), said)}
    return {"ok": True, "statements": said, "words": _words(revisions.get(to))}


def _driver(ini: str) -> str | None:
    """The driver that the project names in alembic.ini, if it does."""
    with contextlib.suppress(Exception):
        return make_url(Config(ini).get_main_option("sqlalchemy.url") or "").drivername
    return None


def _name_the_database(url: str) -> None:
    """Take every other address out of the environment."""
    for name, value in list(os.environ.items()):
        if name.startswith("PG") or value.startswith(("postgres://", "postgresql")):
            del os.environ[name]
    os.environ["DATABASE_URL"] = os.environ["DATABASE_URL_UNPOOLED"] = url


def _listen(url: URL, said: list[str]) -> None:
    """Lead to the one database, whatever address env.py has found, and note what is sent."""
    redirect(url)

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        text = f"{statement} {given!r}" if given else statement
        if len(said) < _MOST and "alembic_version" not in text:
            said.append(text)


def _told(error: BaseException, files: set[str], said: list[str]) -> dict[str, Any]:
    """What went wrong; `raised` is whether a line of the revision raised it on purpose."""
    inner = next((e for e in _causes(error) if getattr(e, "orig", None)), error)
    original = getattr(inner, "orig", None) or error
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in files]
    diag = getattr(original, "diag", None)
    sqlstate = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None)
    in_sql = sqlstate in _RAISED and bool(said) and "RAISE" in said[-1].upper()
    refused = original is error and type(error).__name__ == "Refused"
    in_python = bool(frames and _raises(frames[-1].filename, frames[-1].lineno or 0))
    return {
        "kind": type(original).__name__,
        "message": str(getattr(error, "message", None) or original).strip(),
        "sqlstate": sqlstate,
        "table": getattr(diag, "table_name", None),
        "column": getattr(diag, "column_name", None),
        "constraint": getattr(diag, "constraint_name", None),
        "statement": said[-1] if said else "",
        "line": frames[-1].lineno if frames else None,
        "raised": in_sql or refused or (original is error and in_python),
    }


def _words(file: str | None) -> list[str]:
    """The short texts that stand in a revision and are no SQL, such as the keys of a mapping."""
    tree = ast.parse(Path(file).read_text(encoding="utf-8")) if file else ast.Module([], [])
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    return [t for t in texts if isinstance(t, str) and 0 < len(t) <= _SHORT and not _SQL & {*t}]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _raises(file: str, line: int) -> bool:
    """Whether a `raise` stands on this line of the revision."""
    return any(
        isinstance(node, ast.Raise) and node.lineno <= line <= (node.end_lineno or line)
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))
    )


if __name__ == "__main__":
    main()
