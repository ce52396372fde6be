"""The limit: one hand-written statement, prepared, binary, autocommit, rows as tuples."""

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.speed.contenders import LIMIT, Contender, Place, Turn
from benchmarks.speed.stage import HEAVY

_MESSAGES = """
SELECT id, role, content, tool_calls, agent_name, agent_icon, created_at FROM messages
WHERE user_id = %s AND conversation_id = %s"""
_LATEST = f"{_MESSAGES} ORDER BY created_at DESC, id DESC LIMIT 50"
_PAGE = f"{_MESSAGES} AND (created_at, id) < (%s, %s) ORDER BY created_at DESC, id DESC LIMIT 50"
_HISTORY = f"{_MESSAGES} ORDER BY created_at, id"
_CONVERSATIONS = """
SELECT id, title, created_at, updated_at FROM conversations
WHERE user_id = %s ORDER BY updated_at DESC, id DESC LIMIT 100"""
_TASKS = """
SELECT id, title, description, completed, tags, due_date, created_at, updated_at FROM tasks
WHERE user_id = %s ORDER BY created_at DESC, id DESC LIMIT 100"""
_APPEND = """
WITH touched AS (
    UPDATE conversations SET updated_at = greatest(now(), updated_at + interval '1 microsecond')
    WHERE user_id = %(user)s AND id = %(conversation)s RETURNING updated_at
)
INSERT INTO messages
    (id, user_id, conversation_id, role, content, tool_calls, agent_name, agent_icon, created_at)
SELECT %(id)s, %(user)s, %(conversation)s, %(role)s, %(content)s, %(tool_calls)s, %(agent_name)s,
    %(agent_icon)s, updated_at FROM touched
RETURNING id, created_at"""


def limit(place: Place) -> Contender:
    """As fast as it can be done from Python by psycopg."""
    connection = psycopg.connect(place.conninfo(), autocommit=True)
    keys: dict[Any, Any] = {}

    def rows(statement: str, values: Any) -> Any:
        return connection.execute(statement, values, prepare=True, binary=True).fetchall()

    def page(turn: Turn) -> Any:
        if (key := keys.get(turn.conversation)) is None:
            before = rows(f"{_LATEST} OFFSET 499", [HEAVY, turn.conversation])[0]
            key = keys[turn.conversation] = (before[-1], before[0])
        return rows(_PAGE, [HEAVY, turn.conversation, *key])

    def append(turn: Turn) -> Any:
        said = turn.message
        values = {
            "user": HEAVY,
            "conversation": turn.conversation,
            "id": said.id,
            "role": said.role,
            "content": said.content,
            "tool_calls": said.tool_calls and Jsonb(said.tool_calls),
            "agent_name": said.agent_name,
            "agent_icon": said.agent_icon,
        }
        return rows(_APPEND, values)

    return Contender(
        LIMIT,
        {
            "latest": lambda turn: rows(_LATEST, [HEAVY, turn.conversation]),
            "objects": lambda turn: rows(_LATEST, [HEAVY, turn.conversation]),
            "page": page,
            "history": lambda turn: rows(_HISTORY, [HEAVY, turn.conversation]),
            "conversations": lambda _: rows(_CONVERSATIONS, [HEAVY]),
            "tasks": lambda _: rows(_TASKS, [HEAVY]),
            "append": append,
        },
        connection.close,
    )
