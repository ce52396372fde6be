"""Other processes for tests: Python as somebody else or to be killed, and the server asked."""

import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from migrator import account
from migrator.embedded import Server

_PROJECT = Path(__file__).parent.parent

ORDINARY = account.find(Path(sys.executable), _PROJECT, Path("/nonexistent"))
"""An ordinary user that can run this Python: whoever runs the tests, unless that is root."""

_HEAD = """\
import sys, time
from pathlib import Path
from sys import argv
sys.path.insert(0, argv[1])
from migrator import embedded, errors
from migrator.sandbox import Seed, sandbox
"""


def python(code: str, *arguments: object) -> list[str]:
    """Return the command that runs `code`; its arguments are argv[2] and so on."""
    words = [str(argument) for argument in arguments]
    return [sys.executable, "-c", _HEAD + textwrap.dedent(code), str(_PROJECT), *words]


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until it is true; give up after a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def ask(server: Server, query: str, database: str = "postgres") -> list[object]:
    """Return the first column of what a superuser is answered."""
    with server.connect(database) as connection:
        return [row[0] for row in connection.execute(query.encode())]
