"""What the process that runs a revision tells, turned into observations."""

import re
from contextlib import ExitStack
from typing import Any

import psycopg

from migrator.review.observer import Observer
from migrator.review.outside import Seen, held_open
from migrator.review.remote import Remote, Runner, failure
from migrator.review.script import NOT_IN_TRANSACTION, begins, ends

_BARE = re.compile(r"\s*(SET|SHOW|RESET)\b", re.IGNORECASE)


class Events:
    """Answers each event of one run of a revision with `go`, or `again` to have it run anew.

    A statement outside of a transaction is first run in one that is opened for it, where all that
    it does can be seen; PostgreSQL says which ones cannot.
    """

    def __init__(self, runner: Runner, own: psycopg.Connection, conninfo: str) -> None:
        self._runner, self._own, self._conninfo = runner, own, conninfo
        self._backend: Remote | None = None
        self._open = False  # a transaction of the project's own
        self._alone = False  # one that was opened for this statement
        self._outside = False  # this statement is to be run in none
        self._held = ExitStack()
        self._seen: Seen | None = None
        self.observer = Observer(own)

    def __call__(self, told: dict[str, Any]) -> str:
        answer: str = getattr(self, "_" + told["event"].replace(" ", "_"))(told)
        return answer

    def finish(self) -> None:
        """The run is over."""
        if self._open:
            self._rolled_back({})

    def _before(self, told: dict[str, Any]) -> str:
        backend = self._watched()
        text, line = told["text"].strip(), told["line"]
        inside = backend.in_transaction
        if inside and not self._open:
            self._open = True
            self.observer.begin()
        if not inside and not self._outside and not _BARE.match(text) and not _control(text):
            backend.command("BEGIN")
            self._alone = True
        if not inside:
            self.observer.begin()
        self.observer.before(text, line, outside=not inside and not self._alone)
        if self._outside:
            held = held_open(backend.pid, self._own, self._conninfo)
            self._seen = self._held.enter_context(held)
        elif not inside and not self._alone:
            self._seen = Seen()
        return "go"

    def _after(self, told: dict[str, Any]) -> str:
        notices = [(state, words) for state, words in told["notices"]]
        self._held.close()
        seen, self._seen, self._outside = self._seen, None, False
        done = self.observer.after(notices, seen=seen)
        if self._alone:
            self._watched().command("COMMIT")
            self._alone = False
            self.observer.committed()
        elif seen or (self._open and ends(done.text)):
            self.observer.committed()
            self._open = False
        return "go"

    def _failed(self, told: dict[str, Any]) -> str:
        self._held.close()
        seen, self._seen, self._outside = self._seen, None, False
        if seen:
            self.observer.after(seen=seen, failure=failure(told))
            self.observer.committed()
            return "go"
        self.observer.failed(failure(told))
        if not self._alone:
            return "go"
        self._watched().command("ROLLBACK")
        self._alone = False
        self.observer.rolled_back()
        if told["sqlstate"] not in NOT_IN_TRANSACTION:
            return "go"
        self.observer.forget()
        self._outside = True
        return "again"

    def _committed(self, _told: dict[str, Any]) -> str:
        if self._open:
            self.observer.committed()
            self._open = False
        return "go"

    def _rolled_back(self, _told: dict[str, Any]) -> str:
        if self._open:
            self.observer.rolled_back()
            self._open = False
        return "go"

    def _watched(self) -> Remote:
        if self._backend is None:
            self._backend = Remote(self._runner.exchange)
            self.observer.watch(self._backend)
        return self._backend


def _control(text: str) -> bool:
    return begins(text) or ends(text)
