"""The operating system's user that PostgreSQL runs as: its server refuses to run as root.

An ordinary user runs it as itself. Root borrows an existing unprivileged account, whose processes
may have to pass folders that only root may enter (/root, `mktemp -d`). They get one Linux
capability for that, so no folder outside our own changes its mode.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator import errors

_CAPABILITIES = ("dac_read_search", "dac_override")
"""The weaker one first: containers usually lack it and have the other."""


@dataclass(frozen=True)
class Account:
    """A uid and gid, and what to write before a command so that it runs as them."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def run(
        self, *command: str | Path, pass_fds: Sequence[int] = (), output: int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end, unbothered by Ctrl-C and by the caller's environment.

        The environment may hold secrets, and PG* variables that point at another server; what is
        started here lives on, and needs neither.
        """
        switch = os.geteuid() == 0 and not self.prefix
        return subprocess.run(
            [*self.prefix, *command],
            user=self.uid if switch else None,
            group=self.gid if switch else None,
            extra_groups=[] if switch else None,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE if output == subprocess.PIPE else subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=pass_fds,
            start_new_session=True,
            check=False,
        )

    def make_folder(self, path: Path) -> Path:
        """Make a folder that only this account (and root) can enter."""
        path.mkdir(mode=0o700)
        os.chown(path, self.uid, self.gid)
        return path


def find(program: Path, folder: Path, data: Path) -> Account:
    """Return the account that can run `program` and enter `folder`, the owner of `data` if it is.

    Raises MigratorError when root has no account that can.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    uid, gid = _owner(data) or _unprivileged()
    setpriv = shutil.which("setpriv")
    accounts = [Account(uid, gid)]
    if setpriv:
        accounts += [Account(uid, gid, _with(setpriv, uid, gid, name)) for name in _CAPABILITIES]
    for account in accounts:
        if _can_use(account, program, folder):
            return account
    raise errors.account_cannot_enter(pwd.getpwuid(uid).pw_name, program, folder)


def _owner(data: Path) -> tuple[int, int] | None:
    # Data that an ordinary user made before somebody wrote `sudo make` stays that user's.
    try:
        status = data.stat()
    except FileNotFoundError:
        return None
    return (status.st_uid, status.st_gid) if status.st_uid else None


def _unprivileged() -> tuple[int, int]:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise errors.no_account()


def _with(setpriv: str, uid: int, gid: int, capability: str) -> tuple[str, ...]:
    return (
        setpriv,
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        f"--inh-caps=+{capability}",
        f"--ambient-caps=+{capability}",
        # Without it access(2), by which PostgreSQL finds its own files, ignores the capability.
        "--securebits=+no_setuid_fixup",
    )


def _can_use(account: Account, program: Path, folder: Path) -> bool:
    script = 'cd "$1" && exec "$0" --version'  # run for real: modes alone do not tell
    try:
        return account.run("sh", "-c", script, program, folder).returncode == 0
    except OSError:  # not even allowed to become that user
        return False
