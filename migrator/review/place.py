"""Which server the rehearsals run on."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic.config import Config

from migrator import embedded, errors
from migrator.connection import plain
from migrator.project import EMBEDDED_ROLE, Project
from migrator.review.reversal import Place
from migrator.url import parse


@contextmanager
def place(ini: Path, admin_url: str | None = None) -> Iterator[Place]:
    """The server that is named; that of a project with sandboxes of its own; or one for everybody.

    The last one is an embedded PostgreSQL among the user's caches.
    """
    if admin_url:
        yield _of_address(admin_url)
    elif has_own_server(ini):
        yield _of_project(Project.load(ini))
    else:
        with _cached() as found:
            yield found


def has_own_server(ini: Path) -> bool:
    """Whether it is the alembic.ini of a project that uses this tool, and not only Alembic."""
    return ini.is_file() and Config(ini).file_config.has_option("migrator", "embedded")


def _of_address(address: str) -> Place:
    url = parse(address)
    with plain(url) as connection:
        row = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER"
        ).fetchone()
    if row != (True,):
        raise errors.not_superuser(url.username or "")
    return Place(url.render_as_string(hide_password=False))


def _of_project(project: Project) -> Place:
    admin = project.server.url()
    return Place(admin, EMBEDDED_ROLE, project.external_tables)


@contextmanager
def _cached() -> Iterator[Place]:
    """Runs as long as any process uses it; after a kill, until the next one has ended."""
    cache = _cache()
    with (cache / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield Place(embedded.start(cache / "postgres", durable=False).url())
        finally:
            with suppress(BlockingIOError):  # somebody else uses it
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                embedded.stop(cache / "postgres")


def _cache() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(folder) / "migrator"
    cache.mkdir(parents=True, exist_ok=True)
    return cache
