"""A backfill waits for a replica that falls behind."""

import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator import account
from migrator.embedded import Server
from migrator.ops import batch_sql
from tests import lab
from tests.database import execute
from tests.ops.conftest import Lab
from tests.processes import wait_for

FILL = """ops.backfill("notes", {"body": "upper(body)"}, where="body <> upper(body)")"""
DONE = "SELECT count(*) FROM notes WHERE body = upper(body)"
BEHIND = "SELECT count(*) FROM pg_stat_replication WHERE replay_lag > interval '0.5 s'"


@pytest.fixture
def replica(server: Server) -> Iterator[Server]:
    """A copy of the server that follows it."""
    folder = Path(tempfile.mkdtemp(prefix="replica-"))  # pytest's own only its owner can enter
    folder.chmod(0o755)
    user = account.find(server.bin_dir / "initdb", server.data_dir.parent, server.data_dir)
    user.make_folder(folder / "run")
    copy = Server(server.bin_dir, folder / "run" / "data", folder / "run", server.port)
    control: list[str | Path] = [server.bin_dir / "pg_ctl", "--wait", "-D", copy.data_dir]
    settings = f"-c unix_socket_directories={copy.socket_dir} -c wal_receiver_status_interval=1s"
    settings += f" -c listen_addresses= -c port={copy.port} -c fsync=off"
    settings += " -c allow_in_place_tablespaces=on"  # that other tests have made
    address: list[str | Path] = [
        "--host",
        server.socket_dir,
        "--port",
        str(server.port),
        "--username",
        "postgres",
    ]
    taken = user.run(
        server.bin_dir / "pg_basebackup", *address, "--write-recovery-conf", "--checkpoint=fast",
        "--no-sync", "--pgdata", copy.data_dir,
    )  # fmt: skip
    assert taken.returncode == 0, taken.stderr
    with (folder / "log").open("w") as log:
        started = user.run(*control, "--options", settings, "start", output=log.fileno())
    assert started.returncode == 0, (folder / "log").read_text()
    try:
        yield copy
    finally:
        user.run(*control, "--mode=immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.parametrize("by", ["alembic", "psql"])
def test_a_replica_that_is_behind_is_waited_for(
    by: str,
    notes: Lab,
    replica: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(batch_sql, "MOST_LAG", 0.5)
    caplog.set_level(logging.INFO, "alembic.runtime.migration")
    head = notes.revise(FILL)
    # The superuser, who may read the lag.
    notes.twin = notes.admin_url
    wait_for(replica.running)
    with replica.connect() as standby:
        standby.execute("SELECT pg_wal_replay_pause()")
        execute(notes.url, "UPDATE notes SET rank = rank + 1")
        wait_for(lambda: execute(notes.admin_url, BEHIND) == [(1,)])
        said: list[str] = []
        filling = threading.Thread(
            target=(lambda: lab.upgrade(notes.project, notes.admin_url))
            if by == "alembic"
            else (lambda: said.append(notes.psql(f"base:{head}")))
        )
        filling.start()
        if by == "alembic":
            wait_for(lambda: "waiting for replica" in caplog.text)
        else:
            asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            wait_for(lambda: execute(notes.admin_url, asleep) == [(1,)])
        assert execute(notes.url, DONE) == [(0,)]
        standby.execute("SELECT pg_wal_replay_resume()")
        filling.join()
    assert said in ([], [""])
    assert execute(notes.url, DONE) == [(1000,)]
