"""Through a real PgBouncer in transaction mode: many users on two shared connections."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import select

from migrator.account import find
from migrator.embedded import Server
from models import Message, Task, TaskCreate
from queries import (
    ask,
    async_user_session,
    errors,
    messages,
    run,
    stream,
    tasks,
    user_session,
)
from queries.engines import make_async_engine, make_engine
from queries.settings import Settings
from tests.database import execute
from tests.processes import wait_for
from tests.queries.conftest import LOGINS
from tests.queries.things import Things, fill

USERS = 8
ROUNDS = 12


@pytest.fixture(scope="module")
def pooler(server: Server, database: str) -> Iterator[int]:
    """Its port. Whoever connects is connected as himself, at most two at a time."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        pytest.skip("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)  # whom it runs as must read its settings
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    (folder / "users").write_text("".join(f'"{login}" ""\n' for login in LOGINS.values()))
    (folder / "ini").write_text(
        f"[databases]\n{database} = host={server.socket_dir} port={server.port}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {folder}/users\n"
        "pool_mode = transaction\ndefault_pool_size = 2\n"
    )
    # Like PostgreSQL it refuses to run as root; as who runs that, it reaches its socket.
    account = find(Path(program), server.socket_dir, server.data_dir)
    user = account.uid if os.geteuid() == 0 and not account.prefix else None
    with (folder / "log").open("wb") as log:
        command = [*account.prefix, program, "-q", str(folder / "ini")]
        process = subprocess.Popen(command, stderr=log, user=user)
    wait_for(lambda: _answers(port, database))
    yield port
    process.terminate()
    process.wait()
    shutil.rmtree(folder)


def _answers(port: int, database: str) -> bool:
    try:
        url = f"postgresql://{LOGINS['owner']}@127.0.0.1:{port}/{database}"
        return execute(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


@pytest.fixture
def through(pooler: int, database: str, who: str) -> Settings:
    url = f"postgresql://{LOGINS[who]}@127.0.0.1:{pooler}/{database}"
    return Settings.model_validate(
        {"database_url": url, "database_pooled": True, "database_pool_size": USERS}
    )


@pytest.fixture
def pooled(through: Settings) -> Iterator[sa.Engine]:
    engine = make_engine(through)
    yield engine
    engine.dispose()


@pytest.fixture
def everybody(pooled: sa.Engine, sign_up: Callable[[], str]) -> list[Things]:
    return [fill(pooled, sign_up()) for _ in range(USERS)]


def sees_only_his_own(pooled: sa.Engine, own: Things, step: int) -> bool:
    """One transaction of somebody, now and then one that fails on its way."""
    user = own.user_id
    with user_session(user, pooled) as session:
        owners = set(session.exec(select(Message.user_id)).all())
        owners |= set(session.exec(select(Task.user_id)).all())
        page = run(session, messages.latest(user, own.conversation_id))
        if step % 3 == 1:
            try:
                with session.begin_nested():
                    session.connection().exec_driver_sql("SELECT 1 / 0")
            except sa.exc.DataError:
                owners |= set(session.exec(select(Task.user_id)).all())
    if step % 3 == 2:
        try:
            with user_session(user, pooled) as session:
                run(session, tasks.one(user, 2_000_000_000))
        except errors.NotFound:
            pass
    alone = ask(messages.history(user, own.conversation_id), pooled)
    return owners == {user} and len(page.rows) == len(alone) == own.messages


def test_nobody_sees_anything_of_whoever_had_the_connection_before(
    pooled: sa.Engine, everybody: list[Things], leaks: list[bool]
) -> None:
    def visit(own: Things) -> list[bool]:
        return [sees_only_his_own(pooled, own, step) for step in range(ROUNDS)]

    with ThreadPoolExecutor(USERS) as pool:
        for clean in pool.map(visit, everybody):
            leaks += [not one for one in clean]
            assert all(clean)


def test_the_application_without_a_session_sees_nothing(
    pooled: sa.Engine, everybody: list[Things], who: str
) -> None:
    with pooled.connect() as connection:
        seen: Any = connection.exec_driver_sql("SELECT count(*) FROM tasks").scalar_one()
    assert (seen == 0) is (who == "app_user")


def test_statements_are_not_prepared_and_streams_work(
    pooled: sa.Engine, everybody: list[Things]
) -> None:
    own = everybody[0]
    for _ in range(10):
        with user_session(own.user_id, pooled) as session:
            run(session, tasks.create(own.user_id, TaskCreate(title="x")))
            history = stream(session, messages.history(own.user_id, own.conversation_id))
            assert len(list(history)) == own.messages
    with pooled.connect() as connection:
        prepared = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements")
        assert prepared.scalar_one() == 0


def test_async_sessions_go_through_too(through: Settings, everybody: list[Things]) -> None:
    async def visit(engine: Any, own: Things) -> bool:
        clean = True
        for _ in range(ROUNDS):
            async with async_user_session(own.user_id, engine) as session:
                clean &= set((await session.exec(select(Task.user_id))).all()) == {own.user_id}
                clean &= bool((await run(session, tasks.listed(own.user_id))).rows)
        return clean

    async def all_of_them() -> list[bool]:
        engine = make_async_engine(through)
        clean = await asyncio.gather(*(visit(engine, own) for own in everybody))
        await engine.dispose()
        return clean

    assert all(asyncio.run(all_of_them()))
