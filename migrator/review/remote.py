"""Our end of the socket to the process that runs a project's revisions (see hook.py)."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from migrator import errors
from migrator.catalog import Catalog
from migrator.catalog.reading import read_with
from migrator.review.observed import Failure
from migrator.review.words import without_values

OnEvent = Callable[[dict[str, Any]], str]
"""Takes what the process tells of a statement, and says `go` or `again`."""

_HOOK = Path(__file__).with_name("hook.py")


@dataclass(frozen=True)
class Step:
    """A revision as the project's own interpreter sees it; `down` is what it stands on."""

    revision: str
    file: str
    down: str | list[str] | None
    acknowledge: dict[str, str]
    irreversible: str | None


class Remote:
    """A backend that is reached through the project's own connection."""

    def __init__(self, exchange: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._exchange = exchange
        self.pid = int(self.ask("SELECT pg_backend_pid()::text"))

    def ask(self, query: str) -> str:
        return str(self._answer("ask", query))

    def command(self, text: str) -> None:
        self._answer("run", text)

    def catalog(self) -> Catalog:
        inside = self.in_transaction
        self.command("SAVEPOINT migrator_review" if inside else "BEGIN")
        try:
            return read_with(self.ask)
        finally:
            if inside:
                self.command("ROLLBACK TO SAVEPOINT migrator_review")
                self.command("RELEASE SAVEPOINT migrator_review")
            else:
                self.command("ROLLBACK")

    @property
    def in_transaction(self) -> bool:
        """Nothing tells it for every driver but that a savepoint is refused outside of one."""
        if "error" in self._exchange({"do": "run", "sql": "SAVEPOINT migrator_inside"}):
            return False
        self.command("RELEASE SAVEPOINT migrator_inside")
        return True

    def _answer(self, verb: str, sql: str) -> object:
        answer = self._exchange({"do": verb, "sql": sql})
        if "error" in answer:
            raise errors.observing_failed(answer["error"])
        return answer["answer"]


class Runner:
    """The process; `on_event` is called with what it tells, and returns `go` or `again`."""

    def __init__(self, channel: socket.socket, said: Path) -> None:
        self._lines = channel.makefile("rw", encoding="utf-8", newline="\n")
        self._said = said

    def revisions(self, lower: str, upper: str) -> list[Step]:
        """Those after `lower` up to `upper`, in order. Raises MigratorError."""
        done = self._job({"job": "revisions", "lower": lower, "upper": upper}, None)
        if isinstance(done, Failure):
            raise errors.revisions_not_read(done.message)
        return [Step(**one) for one in done]

    def run(
        self,
        verb: str,
        to: str,
        on_event: OnEvent | None = None,
    ) -> Failure | None:
        """Run `upgrade` or `downgrade`; how it failed, None when it did not."""
        done = self._job({"job": verb, "to": to, "watch": on_event is not None}, on_event)
        return done if isinstance(done, Failure) else None

    def exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send one message and wait for the answer."""
        self._send(message)
        return self._receive()

    def _job(self, request: dict[str, Any], on_event: OnEvent | None) -> Any:
        self._send(request)
        while "event" in (told := self._receive()):
            self._send({"do": on_event(told) if on_event else "go"})
        if "error" in told:
            return failure(told)
        return told["done"]

    def _send(self, message: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # what is read next says that it has ended
            self._lines.write(json.dumps(message) + "\n")
            self._lines.flush()

    def _receive(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise errors.runner_ended(self._said.read_text(errors="replace"))
        return dict(json.loads(line))


def failure(told: dict[str, Any]) -> Failure:
    return Failure(told["sqlstate"], without_values(told["sqlstate"], told["error"]))


@contextmanager
def runner(ini: Path, url: str, python: Path | None = None) -> Iterator[Runner]:
    """A process of the project's own interpreter, whose every connection goes to `url`."""
    ours, theirs = socket.socketpair()
    with ours, tempfile.TemporaryDirectory(prefix="migrator-review-") as folder:
        said = Path(folder) / "said"
        with theirs, said.open("w") as output:
            process = subprocess.Popen(
                [python or sys.executable, _HOOK, str(theirs.fileno()), ini.resolve(), url],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(url),
            )
        try:
            yield Runner(ours, said)
        finally:
            ours.shutdown(socket.SHUT_RDWR)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(url: str) -> dict[str, str]:
    """The surroundings, with every address of a database replaced."""
    address = sa.make_url(url)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") and not value.startswith(("postgres://", "postgresql"))
    }
    named = {
        "DATABASE_URL": url,
        "DATABASE_URL_UNPOOLED": url,
        "PGHOST": str(address.query.get("host") or address.host or ""),
        "PGPORT": str(address.query.get("port") or address.port or ""),
        "PGUSER": address.username or "",
        "PGPASSWORD": address.password or "",
        "PGDATABASE": address.database or "",
    }
    return kept | {name: value for name, value in named.items() if value}
