"""The embedded PostgreSQL in awkward folders, as root and as an ordinary user."""

import os
import stat
from pathlib import Path

from migrator import embedded
from migrator.embedded import Server
from migrator.server_folder import ServerFolder
from tests.processes import ORDINARY, ask, python


def test_below_a_private_folder(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    try:
        assert ask(embedded.start(private / ".postgres", durable=False), "SELECT 1") == [1]
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
    finally:
        embedded.stop(private / ".postgres")


def test_below_a_deep_folder_with_an_awkward_name(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s, my "$HOME" `id`' / ("x" * 120) / ".postgres"
    folder.parent.mkdir(parents=True)
    try:
        server = embedded.start(folder, durable=False)
        assert ask(server, "SELECT 1") == [1]
        assert len(bytes(server.socket_dir)) < 90
        assert embedded.start(folder, durable=False) == server
    finally:
        embedded.stop(folder)
    assert not server.socket_dir.parent.exists()


def test_a_planted_socket_is_not_trusted(tmp_path: Path) -> None:
    planted = tmp_path / "planted"
    planted.mkdir()
    planted.chmod(0o777)
    (tmp_path / "socket").symlink_to(planted / "s")
    assert ServerFolder(tmp_path).socket_dir() == tmp_path / "socket"


def test_two_checkouts_have_a_server_each(folder: Path, server: Server) -> None:
    other = embedded.start(folder, durable=False)
    assert other.socket_dir != server.socket_dir
    identify = "SELECT system_identifier::text FROM pg_control_system()"
    assert ask(other, identify) != ask(server, identify)


def test_an_ordinary_user(folder: Path) -> None:
    os.chown(folder.parent, ORDINARY.uid, ORDINARY.gid)
    code = """
        server = embedded.start(Path(argv[2]), durable=False)
        with server.connect() as connection:
            print(connection.execute("SHOW data_directory_mode").fetchone()[0])
        """
    done = ORDINARY.run(*python(code, folder))
    assert (done.stdout, done.stderr) == ("0700\n", "")
    made = {entry.stat().st_uid for entry in [folder, *folder.iterdir()]}
    assert made == {ORDINARY.uid}


def test_root_goes_on_with_what_an_ordinary_user_made(folder: Path) -> None:
    os.chown(folder.parent, ORDINARY.uid, ORDINARY.gid)
    code = "embedded.start(Path(argv[2]), durable=False); embedded.stop(Path(argv[2]))"
    assert ORDINARY.run(*python(code, folder)).stderr == ""
    embedded.start(folder, durable=False)
    embedded.stop(folder)
    assert ORDINARY.run(*python(code, folder)).stderr == ""
