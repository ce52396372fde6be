"""Steps of an Alembic project, run by the interpreter that has what the project needs."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WORKER = Path(__file__).parent.with_name("worker.py")


@dataclass(frozen=True)
class Failed:
    """How a step failed. `raised`: the revision did so on purpose. `statement` was sent last."""

    kind: str
    message: str
    sqlstate: str | None = None
    table: str | None = None
    column: str | None = None
    constraint: str | None = None
    statement: str = ""
    line: int | None = None
    raised: bool = False

    @property
    def first_line(self) -> str:
        return self.message.splitlines()[0] if self.message else self.kind


@dataclass(frozen=True)
class Step:
    """What one run of Alembic came to: the SQL that it sent, the short texts of the revision."""

    failed: Failed | None
    statements: Sequence[str]
    words: Sequence[str] = ()


class Worker:
    """A process that runs steps, one after the other, each in a fork."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, ini: Path, url: str, verb: str, to: str) -> Step:
        """Run `upgrade` or `downgrade`. What goes wrong is told, not raised."""
        assert self._process.stdin  # noqa: S101  both are pipes
        assert self._process.stdout  # noqa: S101
        request = {"ini": str(ini.resolve()), "url": url, "verb": verb, "to": to}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        lost = {"ok": False, "message": "the worker has ended"}
        answer: dict[str, Any] = json.loads(line) if line else lost
        statements = answer.pop("statements", ())
        if answer.pop("ok"):
            return Step(None, statements, answer["words"])
        return Step(Failed(**{"kind": "", **answer}), statements)


@contextmanager
def worker(python: Path | None = None) -> Iterator[Worker]:
    """A worker; `python` is the interpreter of the project's own environment, if it has one."""
    process = subprocess.Popen(
        [python or sys.executable, "-u", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Worker(process)
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()
