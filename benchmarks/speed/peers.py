"""Other stores of chats, as their packages come: the dependency group `peers`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.speed.contenders import Contender, Operation, Place, Turn

_LANGCHAIN, _LLAMA = "langchain_messages", "llama_chats"
_TEMPLATE = UUID(int=0)


@dataclass(frozen=True)
class Peer:
    """A package, the rows in its own tables, and what it offers."""

    name: str
    module: str
    fill: Callable[[Place, psycopg.Connection, Callable[[Any], Any]], None]
    make: Callable[[Place], Contender]

    def missing(self) -> bool:
        try:
            import_module(self.module)
        except ModuleNotFoundError:
            return True
        return False


def _all_of(read: Callable[[Turn], Any], append: Operation) -> dict[str, Operation]:
    """The operations of somebody who can only read everything."""
    return {
        "latest": lambda turn: read(turn)[-50:],
        "page": lambda turn: read(turn)[-550:-500],
        "history": read,
        "append": append,
    }


# openai-agents: each item as a text of JSON, the newest ones by LIMIT.


def _openai(place: Place) -> Contender:
    engine = create_async_engine(place.url("asyncpg"))
    session_class = import_module(PEERS[0].module).SQLAlchemySession

    @cache
    def session(conversation: UUID) -> Any:
        return session_class(str(conversation), engine=engine, create_tables=False)

    async def page(turn: Turn) -> Any:
        return (await session(turn.conversation).get_items(limit=550))[:50]

    return Contender(
        PEERS[0].name,
        {
            "latest": lambda turn: session(turn.conversation).get_items(limit=50),
            "page": page,
            "history": lambda turn: session(turn.conversation).get_items(),
            "append": lambda turn: session(turn.conversation).add_items(
                [{"role": turn.message.role, "content": turn.message.content}]
            ),
        },
        engine.dispose,
    )


def _fill_openai(place: Place, admin: psycopg.Connection, wait: Callable[[Any], Any]) -> None:
    engine = create_async_engine(place.url("asyncpg"))
    session = import_module(PEERS[0].module).SQLAlchemySession
    item = {"role": "user", "content": "template"}
    wait(session(str(_TEMPLATE), engine=engine, create_tables=True).add_items([item]))
    wait(engine.dispose())
    admin.execute(
        "INSERT INTO agent_sessions (session_id, created_at, updated_at)"
        " SELECT id, created_at, updated_at FROM conversations"
    )
    admin.execute(
        "INSERT INTO agent_messages (session_id, message_data, created_at)"
        " SELECT conversation_id, json_build_object('role', role, 'content', content), created_at"
        " FROM messages ORDER BY created_at"
    )


# langchain-postgres: each message as jsonb, always all of them.


def _langchain(place: Place) -> Contender:
    connection = psycopg.connect(place.conninfo())
    history_class = import_module(PEERS[1].module).PostgresChatMessageHistory
    message_class = import_module("langchain_core.messages").HumanMessage

    @cache
    def history(conversation: UUID) -> Any:
        return history_class(_LANGCHAIN, str(conversation), sync_connection=connection)

    def append(turn: Turn) -> Any:
        history(turn.conversation).add_messages([message_class(turn.message.content)])

    read = _all_of(lambda turn: history(turn.conversation).get_messages(), append)
    return Contender(PEERS[1].name, read, connection.close)


def _fill_langchain(place: Place, admin: psycopg.Connection, _: Callable[[Any], Any]) -> None:
    with psycopg.connect(place.conninfo()) as connection:
        made = import_module(PEERS[1].module).PostgresChatMessageHistory
        made.create_tables(connection, _LANGCHAIN)
        said = import_module("langchain_core.messages").HumanMessage("template")
        made(_LANGCHAIN, str(_TEMPLATE), sync_connection=connection).add_messages([said])
    admin.execute(
        f"INSERT INTO {_LANGCHAIN} (session_id, message, created_at)"
        " SELECT conversation_id, jsonb_set(t.message, '{data,content}', to_jsonb(content)),"
        f" m.created_at FROM messages m, {_LANGCHAIN} t ORDER BY m.created_at".encode()
    )


# llama-index: a chat is one row, an array of JSON.


def _llama(place: Place) -> Contender:
    store = _llama_store(place)
    message_class = import_module("llama_index.core.llms").ChatMessage

    def append(turn: Turn) -> Any:
        said = message_class(role=turn.message.role, content=turn.message.content)
        store.add_message(str(turn.conversation), said)

    read = _all_of(lambda turn: store.get_messages(str(turn.conversation)), append)
    return Contender(PEERS[2].name, read)


def _llama_store(place: Place) -> Any:
    return import_module(PEERS[2].module).PostgresChatStore.from_params(
        connection_string=place.url(),
        async_connection_string=place.url("asyncpg"),
        table_name=_LLAMA,
    )


def _fill_llama(place: Place, admin: psycopg.Connection, _: Callable[[Any], Any]) -> None:
    said = import_module("llama_index.core.llms").ChatMessage(role="user", content="template")
    store = _llama_store(place)
    store.add_message(str(_TEMPLATE), said)
    table = store._table_class.__tablename__
    template = json.loads(said.model_dump_json())
    admin.execute(
        f"INSERT INTO {table} (key, value) SELECT conversation_id, array_agg(jsonb_set("
        "jsonb_set(%s, '{role}', to_jsonb(role)), '{blocks,0,text}', to_jsonb(content))::json"
        " ORDER BY created_at) FROM messages GROUP BY 1".encode(),
        [psycopg.types.json.Jsonb(template)],
    )


PEERS = (
    Peer(
        "openai-agents",
        "agents.extensions.memory.sqlalchemy_session",
        _fill_openai,
        _openai,
    ),
    Peer("langchain-postgres", "langchain_postgres", _fill_langchain, _langchain),
    Peer("llama-index", "llama_index.storage.chat_store.postgres", _fill_llama, _llama),
)
