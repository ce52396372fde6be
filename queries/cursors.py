"""Cursors: where a page ended, as an opaque text that the client hands back.

A cursor is version, checksum, time and id, as base64url. The checksum is over the list that it is
of (its name, the user, the conversation), so a cursor that was changed on its way, or is of another
list, is refused. It is no signature: there is no secret, and whoever reads this file can make a
cursor. That gains nothing, because a cursor only says where a page begins. Whose rows are in it is
decided by the statement, which has the user in it.
"""

import struct
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from queries.errors import InvalidCursor

VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KEY = struct.Struct(">q16s")
_SUM = 8
_SIZE = 1 + _SUM + _KEY.size

Key = tuple[datetime, UUID]
"""What a list is ordered by: a time, and an id that breaks ties (a number as `UUID(int=…)`)."""


def encode(key: Key, *scope: object) -> str:
    """The cursor of a row; `scope` names the list, such as ("messages", user, conversation)."""
    at, unique = key
    body = _KEY.pack((at - _EPOCH) // _MICROSECOND, unique.bytes)
    return urlsafe_b64encode(bytes([VERSION]) + _checksum(body, scope) + body).decode()


def decode(cursor: str, *scope: object) -> Key:
    """The key in a cursor of that list; raises InvalidCursor."""
    try:
        raw = b64decode(cursor, altchars=b"-_", validate=True)
    except (NotBase64, ValueError):
        raise InvalidCursor from None
    body = raw[1 + _SUM :]
    if len(raw) != _SIZE or raw[0] != VERSION or raw[1 : 1 + _SUM] != _checksum(body, scope):
        raise InvalidCursor
    microseconds, unique = _KEY.unpack(body)
    try:
        return _EPOCH + microseconds * _MICROSECOND, UUID(bytes=unique)
    except OverflowError:
        raise InvalidCursor from None


def _checksum(body: bytes, scope: tuple[object, ...]) -> bytes:
    listed = repr([str(part) for part in scope]).encode()
    return blake2b(body + listed, digest_size=_SUM).digest()
