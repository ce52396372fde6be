"""Describe the tables in the database.

The docstrings of the models, for whoever meets the schema in psql or in a data catalogue.
"""

from alembic import op

revision = "d05f7b2e94c6"
down_revision = "36e9d1f8a07b"

TABLES = {
    "tasks": "One thing to do, owned by exactly one user.",
    "conversations": "One thread of messages, owned by exactly one user.",
    "messages": "One thing said in a conversation by the user, the assistant or the system.",
}
COLUMNS = {
    "tasks.id": "Number of the task, from the sequence that Phase II made.",
    "tasks.user_id": "Owner: a Better Auth user. Deleting the user deletes it too.",
    "tasks.title": "What to do, 1 to 200 characters.",
    "tasks.description": "Anything more there is to say.",
    "tasks.completed": "Done or not.",
    "tasks.tags": "Labels that the user chose; none is an empty array, never NULL.",
    "tasks.due_date": "When it should be done; NULL means whenever.",
    "tasks.created_at": "When the task was written down.",
    "tasks.updated_at": "When the task last changed.",
    "conversations.id": "Version 7 when the client makes it, so that a retry is recognised.",
    "conversations.user_id": "Owner: a Better Auth user. Deleting the user deletes it too.",
    "conversations.title": "What it is about, up to 200 characters.",
    "conversations.created_at": "When it began.",
    "conversations.updated_at": "When a message was last appended or the title last changed.",
    "messages.id": "Version 7 when the client makes it, so that a retry is recognised.",
    "messages.conversation_id": "Thread that it belongs to. Deleting the thread deletes it too.",
    "messages.user_id": "Owner of the conversation, repeated so that every query filters on it.",
    "messages.role": "Who speaks: user, assistant or system.",
    "messages.content": "What was said, up to 10000 characters; may be empty beside tool calls.",
    "messages.tool_calls": "Tools that the assistant called: a JSON array of objects.",
    "messages.agent_name": "Which agent answered.",
    "messages.agent_icon": "Its emoji, up to 10 code points: the longest standard one has as many.",
    "messages.created_at": "When it was said. History is read in the order of (created_at, id).",
}


def upgrade() -> None:
    for table, comment in TABLES.items():
        op.execute(f"COMMENT ON TABLE {table} IS '{comment}'")
    for column, comment in COLUMNS.items():
        op.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")


def downgrade() -> None:
    for column in COLUMNS:
        op.execute(f"COMMENT ON COLUMN {column} IS NULL")
    for table in TABLES:
        op.execute(f"COMMENT ON TABLE {table} IS NULL")
