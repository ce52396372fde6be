"""SIGINT and SIGTERM: stop at the next safe point. A second one ends the process at once.

The signal only leaves a note. Whoever is about to start a statement or a revision reads it, and a
statement that runs already is cancelled from another connection; never a COMMIT, of which nobody
could say afterwards whether it came to pass.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from migrator import errors

_STEP = 0.05  # seconds between two looks at the note


class Interruption:
    """What has been asked for, and whether a statement runs that may be cancelled."""

    def __init__(self) -> None:
        # No lock around it: a signal handler must never wait for what it interrupts.
        self.signal: str | None = None
        self._running = False
        self._changing = threading.Lock()

    def guard(self, connection: sa.Connection) -> None:
        """Let no statement of the connection begin once it is time to stop."""
        sa.event.listen(connection, "before_cursor_execute", self._before)
        sa.event.listen(connection, "after_cursor_execute", self._after)
        sa.event.listen(connection, "commit", self._after)
        sa.event.listen(connection, "rollback", self._after)

    def release(self, connection: sa.Connection) -> None:
        """Undo `guard`."""
        sa.event.remove(connection, "before_cursor_execute", self._before)
        sa.event.remove(connection, "after_cursor_execute", self._after)
        sa.event.remove(connection, "commit", self._after)
        sa.event.remove(connection, "rollback", self._after)

    def cancel(self, running: Callable[[], object]) -> None:
        """Call `running`, which cancels the statement, when it is time to stop and one runs."""
        with self._changing:
            if self.signal and self._running:
                running()

    def pause(self, seconds: float) -> None:
        """Sleep, but no longer than until it is time to stop."""
        until = time.monotonic() + seconds
        while not self.signal and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _STEP))

    def pause_for_others(self, seconds: float) -> None:
        """Sleep while another migration runs. Raises Stopped when it is time to stop."""
        self.pause(seconds)
        if self.signal:
            raise errors.stopped_waiting(self.signal)

    def _before(self, *_: object) -> None:
        if self.signal:
            raise errors.Stopped(self.signal)
        with self._changing:
            self._running = True

    def _after(self, *_: object) -> None:
        with self._changing:
            self._running = False


@contextmanager
def listening() -> Iterator[Interruption]:
    """Take the two signals over for a while; outside the main thread Python does not give them."""
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return

    def note(number: int, _frame: object) -> None:
        if interruption.signal:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        interruption.signal = signal.Signals(number).name

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
