"""What the database is. Every table by name; `metadata` is the source of truth."""

from . import security
from .base import Base, Input, UserId, metadata
from .conversation import Conversation, ConversationCreate, ConversationUpdate
from .message import Message, MessageCreate, Role
from .task import Task, TaskCreate, TaskUpdate
from .user import User

__all__ = [
    "Base",
    "Conversation",
    "ConversationCreate",
    "ConversationUpdate",
    "Input",
    "Message",
    "MessageCreate",
    "Role",
    "Task",
    "TaskCreate",
    "TaskUpdate",
    "User",
    "UserId",
    "metadata",
    "security",
]
