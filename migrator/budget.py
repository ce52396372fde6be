"""How long a migration may make others wait, and how long it waits itself. All in seconds.

There are two budgets. A table lock stops the application while it is waited for, so it is tried
often and briefly; no try is without a limit, the last one neither. An index build stops nobody and
has no lock_timeout, which would leave an invalid index: it has a limit for the whole. The session
carries that one as `migrator.build_timeout` (such as `1800000ms`, empty for none), and the
operations that build make it the statement_timeout of the build.
"""

import math
import random
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """So many failed tries, each followed by a pause of between `least` and `most` tries' length.

    Jittered, so as not to meet the same job at the same moment each time.
    """

    tries: int
    least: float
    most: float


SCHEDULE = (
    # What holds a table mostly lets go within seconds. At least as long as the application has
    # just waited, so that it gets its turn.
    Stage(8, 1, 3),
    # What has not let go by then takes its time: now the application waits a tenth of it at most.
    Stage(16, 4, 12),
    Stage(1_000_000, 8, 24),
)


@dataclass
class Tries:
    """The tries of one revision, which together last no longer than `total` from the first wait."""

    once: float
    total: float
    failed: int = 0
    _began: float | None = None

    def pause(self) -> float | None:
        """After a failed try: how long to pause before the next one, None to give up."""
        now = time.monotonic()
        if self._began is None:
            self._began = now - self.once
        self.failed += 1
        left = self._began + self.total - self.once - now
        if left < 0:
            return None
        stage = self._stage()
        wanted = self.once * random.uniform(stage.least, stage.most)  # noqa: S311  no secret
        return min(wanted, left)

    @property
    def waited(self) -> float:
        """Seconds from the beginning of the first wait."""
        return 0 if self._began is None else time.monotonic() - self._began

    def _stage(self) -> Stage:
        failed = self.failed
        for stage in SCHEDULE:
            if failed <= stage.tries:
                return stage
            failed -= stage.tries
        return SCHEDULE[-1]


def milliseconds(seconds: float) -> str:
    """As PostgreSQL's settings take it, such as `250ms`. Never 0, which would be no limit."""
    return f"{math.ceil(seconds * 1000)}ms"
