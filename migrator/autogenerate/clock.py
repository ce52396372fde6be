"""The times in the names of new revisions: later than the newest one, a minute apart.

The order of the names is the order of history, and the names tell minutes.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from alembic.script import ScriptDirectory

_STAMP = re.compile(r"(\d{8}_\d{4})_")
_FORMAT = "%Y%m%d_%H%M"


def follow_history(script: ScriptDirectory) -> None:
    """Let this directory date the revisions that it writes so that their names come in order."""
    script._generate_create_date = _Clock(  # type: ignore[method-assign]
        script._generate_create_date, _newest(script)
    ).tick


class _Clock:
    def __init__(self, now: Callable[[], datetime], last: datetime | None) -> None:
        self._now = now
        self._last = last

    def tick(self) -> datetime:
        moment = self._now()
        if self._last is not None:
            moment = max(moment, self._last.replace(tzinfo=moment.tzinfo) + timedelta(minutes=1))
        self._last = moment.replace(second=0, microsecond=0)
        return moment


def _newest(script: ScriptDirectory) -> datetime | None:
    names = (Path(one.path).name for one in script.walk_revisions())
    stamps = [match[1] for name in names if (match := _STAMP.match(name))]
    return datetime.strptime(max(stamps), _FORMAT) if stamps else None
