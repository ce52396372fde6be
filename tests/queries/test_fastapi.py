"""The FastAPI application of docs/queries.md, called by HTTP as a client calls it."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import uuid4

import httpx
import pytest
from fastapi import Depends, FastAPI
from sqlmodel.ext.asyncio.session import AsyncSession

from queries import async_user_session, errors
from queries.engines import async_engine
from queries.readiness import HEAD
from tests.database import connect, execute
from tests.queries.things import SECRET, Things

Client = httpx.AsyncClient
Calls = Callable[[Client], Awaitable[Any]]

_KEY = b"of the server"


def token(user_id: str) -> str:
    """A user with a signature, as a JWT is one."""
    return f"{user_id}.{hmac.new(_KEY, user_id.encode(), hashlib.sha256).hexdigest()}"


def verify(given: str) -> str:
    user_id = given.partition(".")[0]
    if not hmac.compare_digest(given, token(user_id)):
        raise errors.UnknownUser
    return user_id


def as_(user_id: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(user_id)}"}


def new(content: str) -> dict[str, str]:
    return {"role": "user", "content": content}


@pytest.fixture
def app(said: dict[str, Any]) -> FastAPI:
    created = said["create_app"](verify)
    assert isinstance(created, FastAPI)
    return created


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncIterator[Client]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://todo") as client:
        yield client
    await async_engine().dispose()


def call(app: FastAPI, calls: Calls) -> Any:
    async def called() -> Any:
        async with client_of(app) as client:
            return await calls(client)

    return asyncio.run(called())


def test_a_user_begins_says_and_reads(app: FastAPI, ada: str) -> None:
    async def chat(client: Client) -> tuple[int, Any]:
        begun = await client.post("/conversations", json={"title": "Milk"}, headers=as_(ada))
        path = f"/conversations/{begun.json()}/messages"
        for content in ("Hi", "Again"):
            said = await client.post(path, json=new(content), headers=as_(ada))
            assert said.status_code == 201, said.text
        read = await client.get(path, headers=as_(ada))
        return read.status_code, read.json()["messages"]

    assert call(app, chat) == (200, [new("Hi"), new("Again")])


def test_what_was_answered_is_committed(app: FastAPI, ada: str, address: Any) -> None:
    """When the answer is there, others see the row: nothing of it happens later."""

    async def begin(client: Client) -> list[tuple[Any, ...]]:
        begun = await client.post("/conversations", json={}, headers=as_(ada))
        sql = "SELECT user_id FROM conversations WHERE id = %s"
        return execute(address("owner"), sql, begun.json())

    assert call(app, begin) == [(ada,)]


def test_a_stranger_is_told_nothing(app: FastAPI, bob: str, things: Things) -> None:
    path = f"/conversations/{things.conversation_id}/messages"

    async def pry(client: Client) -> list[httpx.Response]:
        return [
            await client.get(path, headers=as_(bob)),
            await client.post(path, json=new("x"), headers=as_(bob)),
            await client.get(f"/conversations/{uuid4()}/messages", headers=as_(bob)),
        ]

    read, written, unknown = call(app, pry)
    assert [one.status_code for one in (read, written, unknown)] == [404, 404, 404]
    assert read.json() == unknown.json()  # no difference is made
    assert SECRET not in read.text + written.text


def test_a_token_decides_who_it_is(app: FastAPI, bob: str, things: Things) -> None:
    """Neither one that was changed, nor a user id anywhere else in the request."""
    path = f"/conversations/{things.conversation_id}/messages"
    forged = token(bob).replace(bob, things.user_id)

    async def pry(client: Client) -> list[int]:
        header = {"Authorization": f"Bearer {forged}"}
        other = as_(bob) | {"X-User-Id": things.user_id}
        answers = [
            await client.get(path),
            await client.get(path, headers=header),
            await client.get(path, headers=other, params={"user_id": things.user_id}),
        ]
        return [one.status_code for one in answers]

    assert call(app, pry) == [401, 401, 404]


def test_a_token_outlives_its_account(app: FastAPI) -> None:
    gone = uuid4().hex

    async def begin(client: Client) -> httpx.Response:
        return await client.post("/conversations", json={}, headers=as_(gone))

    answer = call(app, begin)
    assert (answer.status_code, answer.json()["error"]) == (
        401,
        'the user does not exist in "user"',
    )


def test_what_cannot_be_stored_is_the_clients_fault(app: FastAPI, things: Things) -> None:
    path = f"/conversations/{things.conversation_id}/messages"
    taken = {"id": str(things.message.id), **new("other words")}

    async def say(client: Client) -> list[int]:
        sent = [new("x" * 10_001), new("\x00"), {"role": "nobody", "content": ""}, taken]
        answers = [await client.post(path, json=one, headers=as_(things.user_id)) for one in sent]
        return [one.status_code for one in answers]

    assert call(app, say) == [422, 422, 422, 409]


def test_a_commit_that_fails_is_no_success(
    app: FastAPI, ada: str, admin_url: Any, address: Any
) -> None:
    """The connection is lost after the handler has returned: told to be tried again."""

    async def session() -> AsyncIterator[AsyncSession]:
        async with async_user_session(ada) as opened:
            yield opened

    @app.get("/dies")
    async def die(
        session: Annotated[AsyncSession, Depends(session, scope="function")],
    ) -> str:
        pid = (await (await session.connection()).exec_driver_sql("SELECT pg_backend_pid()")).one()
        with connect(admin_url(address("owner"))) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid[0]])
        return "done"

    async def ask(client: Client) -> httpx.Response:
        return await client.get("/dies")

    answer = call(app, ask)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), answer.text


def test_it_is_ready_as_app_user(app: FastAPI) -> None:
    async def probe(client: Client) -> httpx.Response:
        return await client.get("/ready")

    answer = call(app, probe)
    assert (answer.status_code, answer.json()) == (200, {"revision": HEAD})


def test_it_is_not_ready_on_an_older_database(app: FastAPI, address: Any) -> None:
    older = "UPDATE alembic_version SET version_num = %s"
    execute(address("owner"), older, "4e8ac3d7106f")
    try:
        answer = call(app, lambda client: client.get("/ready"))
    finally:
        execute(address("owner"), older, HEAD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["error"] == "the database is not ready for this code"
