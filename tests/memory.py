"""A folder in memory for the server of a test session, where there is room for one.

Tests make and drop databases of 300 files each. ext4 looks through all that was deleted in the last
five seconds before it makes a file (recently_deleted), which took half of the time of all tests.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from migrator import embedded

_MEMORY = Path("/dev/shm")  # noqa: S108  what is made there has a name that cannot be guessed
_ENOUGH = 4 * 2**30  # bytes
_PREFIX = "migrator-tests-"


@contextmanager
def folder(otherwise: Path) -> Iterator[Path]:
    """One that is gone afterwards, or `otherwise` where there is no memory for files."""
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        yield otherwise
        return
    _remove_left_over()
    made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY))
    try:
        yield made
    finally:
        shutil.rmtree(made)


def _remove_left_over() -> None:
    """What killed sessions of the same user have left: memory that nobody else gives back."""
    for left in _MEMORY.glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(FileNotFoundError):  # another session is at it too
            if left.stat().st_uid == os.getuid() and not Path("/proc", pid).exists():
                embedded.stop(left)
                shutil.rmtree(left)
