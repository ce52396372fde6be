"""What stands in the folder of an embedded PostgreSQL (`.postgres/`), apart from its data.

    18/      the data          log    what the server said
    socket   the only way in, for the owner alone; no TCP port is opened
    lock     held by whoever starts or stops the server, while doing so
    alive    held by each process of the server as long as it lives

The lock on `alive` tells a running server from a stale postmaster.pid, whose number may be that of
some other process after a kill -9 or a reboot.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from migrator import errors
from migrator.account import Account

PORT = 5432
"""Only part of the socket's name: each folder has a socket folder of its own."""

_SOCKET_LIMIT = 107 - len(f"/.s.PGSQL.{PORT}")  # bytes that a socket's address leaves for folders


@dataclass(frozen=True)
class ServerFolder:
    """The folder at `path`, an absolute one."""

    path: Path

    @property
    def log(self) -> Path:
        return self.path / "log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder, and keep other processes from starting or stopping its server.

        Raises MigratorError when this user cannot write there.
        """
        try:
            if not self.path.exists():
                self.path.mkdir()
                self.path.chmod(0o711)  # root's server, not root itself, must get to its data
            lock = self.open("lock")
        except OSError as error:
            raise errors.folder_not_writable(self.path, error.strerror or "") from error
        with os.fdopen(lock):
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def open(self, name: str) -> int:
        """Open a file for appending; what root makes in another's folder belongs to the other."""
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        file = os.open(self.path / name, flags, 0o600)
        if os.geteuid() == 0:
            owner = self.path.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)
        return file

    def hold_alive(self) -> int | None:
        """Return the locked file for a server's processes to inherit, None while one of them lives.

        The caller closes it.
        """
        alive = self.open("alive")
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(alive)
            return None
        return alive

    def is_alive(self) -> bool:
        """Whether any process of the server lives, in whatever state."""
        alive = self.hold_alive()
        if alive is None:
            return True
        os.close(alive)
        return False

    # The socket's address has 107 bytes. Below a deep folder, `socket` is a link to a short one.

    def socket_dir(self) -> Path:
        """Return where the socket is, or would be."""
        link = self.path / "socket"
        if link.is_symlink() and _is_ours(link.readlink().parent, self.path):
            return link.readlink()
        return link

    def make_socket_dir(self, user: Account) -> Path:
        """Make it anew for `user`; nobody uses the old one."""
        self.remove_socket_dir()
        inside = self.path / "socket"
        if len(os.fsencode(inside)) <= _SOCKET_LIMIT and "," not in str(inside):
            return user.make_folder(inside)  # libpq takes a comma for the end of a host
        outer = Path(tempfile.mkdtemp(prefix="postgres-"))
        if not user.prefix:  # one with a capability gets in; other processes of its uid do not
            os.chown(outer, user.uid, user.gid)
        inside.symlink_to(outer / "s")
        return user.make_folder(outer / "s")

    def remove_socket_dir(self) -> None:
        link, place = self.path / "socket", self.socket_dir()
        if place != link:
            shutil.rmtree(place.parent)
        if link.is_symlink():
            link.unlink()
        elif link.exists():
            shutil.rmtree(link)


def _is_ours(outer: Path, folder: Path) -> bool:
    """Whether the folder below /tmp is the one that we made, not planted after ours was removed."""
    with suppress(FileNotFoundError):
        status = outer.lstat()
        owners = {os.geteuid(), *(entry.stat().st_uid for entry in folder.glob("[0-9][0-9]"))}
        private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
        return private and status.st_uid in owners
    return False
