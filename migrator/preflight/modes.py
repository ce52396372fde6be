"""The eight modes in which PostgreSQL locks a table, by strength."""

from enum import IntEnum


class Mode(IntEnum):
    """Every mode conflicts with those that the documentation's table 13.2 says."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @classmethod
    def of(cls, name: str) -> "Mode":
        """The mode as pg_locks names it, such as `ShareRowExclusiveLock`."""
        return _BY_NAME[name]

    def __str__(self) -> str:
        """As SQL writes it, such as `SHARE ROW EXCLUSIVE`."""
        return self.name.replace("_", " ")

    @property
    def pg_name(self) -> str:
        """As pg_locks names it."""
        return self.name.title().replace("_", "") + "Lock"

    @property
    def strong(self) -> bool:
        """Whether it makes writers wait, and conflicts with itself: two of them can deadlock."""
        return self >= Mode.SHARE_ROW_EXCLUSIVE

    @property
    def conflicting(self) -> "list[Mode]":
        """The modes that cannot be held by somebody else at the same time."""
        return [mode for mode in Mode if mode >= _WEAKEST_CONFLICT[self] and not self._shares(mode)]

    def _shares(self, other: "Mode") -> bool:
        return self is other is Mode.SHARE


_BY_NAME = {mode.pg_name: mode for mode in Mode}

# The table of conflicts is a staircase, but for SHARE, which does not conflict with itself.
_WEAKEST_CONFLICT = {
    Mode.ACCESS_SHARE: Mode.ACCESS_EXCLUSIVE,
    Mode.ROW_SHARE: Mode.EXCLUSIVE,
    Mode.ROW_EXCLUSIVE: Mode.SHARE,
    Mode.SHARE_UPDATE_EXCLUSIVE: Mode.SHARE_UPDATE_EXCLUSIVE,
    Mode.SHARE: Mode.ROW_EXCLUSIVE,
    Mode.SHARE_ROW_EXCLUSIVE: Mode.ROW_EXCLUSIVE,
    Mode.EXCLUSIVE: Mode.ROW_SHARE,
    Mode.ACCESS_EXCLUSIVE: Mode.ACCESS_SHARE,
}
