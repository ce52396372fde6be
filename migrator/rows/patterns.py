"""Texts that match a regular expression or a LIKE pattern; PostgreSQL has the last word."""

import re
from random import Random

_CLASSES = {
    "d": "0123456789",
    "w": "abcxyzABC019_",
    "s": " ",
    "D": "ab-",
    "W": "- .",
    "S": "abcX019-",
    "alpha": "abcxyzABCXYZ",
    "digit": "0123456789",
    "alnum": "abcxyzABC019",
    "upper": "ABCDEXYZ",
    "lower": "abcdexyz",
    "space": " ",
    "punct": "-._!",
    "xdigit": "0123456789abcdef",
}
_ANY = "abcdefgh0123XYZ -_."
_MANY = 12  # repetitions at most, where a pattern sets no limit


def like(pattern: str, rng: Random) -> str:
    """A text for a LIKE pattern."""
    return re.sub(
        r"\\(.)|%|_",
        lambda found: (
            found[1]
            or "".join(rng.choice(_ANY) for _ in range(1 if found[0] == "_" else rng.randrange(8)))
        ),
        pattern,
        flags=re.DOTALL,
    )


def matching(pattern: str, rng: Random) -> str:
    """A text for a regular expression; look-around and back references are not understood."""
    pattern = re.sub(r"^\(\?[a-z]+\)|^\*\*\*[:=]", "", pattern)
    return _Sampler(pattern, rng).alternatives()


class _Sampler:
    """Reads a pattern from left to right and writes a text as it goes."""

    def __init__(self, pattern: str, rng: Random) -> None:
        self._left = pattern
        self._rng = rng

    def _take(self, size: int = 1) -> str:
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    def alternatives(self) -> str:
        choices = [self._sequence()]
        while self._left.startswith("|"):
            self._take()
            choices.append(self._sequence())
        return self._rng.choice(choices)

    def _sequence(self) -> str:
        made = ""
        while self._left and self._left[0] not in "|)":
            start = self._left
            once = self._atom()
            source = start[: len(start) - len(self._left)]
            low, high = self._repetitions()
            times = self._rng.randint(low, high)
            # Each repetition anew: [a-z]{3} is not one letter three times.
            made += "".join(
                [once, *(_Sampler(source, self._rng)._atom() for _ in range(times - 1))][:times]
            )
        return made

    def _repetitions(self) -> tuple[int, int]:
        sizes = {"*": (0, _MANY), "+": (1, _MANY), "?": (0, 1)}
        low, high = 1, 1
        if self._left[:1] in sizes:
            low, high = sizes[self._take()]
        elif found := re.match(r"\{(\d+)(,?)(\d*)\}", self._left):
            self._take(found.end())
            low = int(found[1])
            high = int(found[3] or (low + _MANY if found[2] else low))
        if self._left[:1] == "?":
            self._take()
        return low, min(high, max(low, 300))

    def _atom(self) -> str:  # noqa: PLR0911
        char = self._take()
        if char == "(":
            if self._left.startswith("?:"):
                self._take(2)
            elif found := re.match(r"\?<?[=!]", self._left):
                self._take(found.end())
                self.alternatives()
                self._take()
                return ""
            made = self.alternatives()
            self._take()
            return made
        if char == "[":
            return self._rng.choice(self._set() or "a")
        if char == "\\":
            escaped = self._take()
            if escaped in "AZmMyYbB":
                return ""
            plain = {"n": "\n", "t": "\t"}.get(escaped, escaped)
            return self._rng.choice(_CLASSES.get(escaped, plain) or "a")
        if char == ".":
            return self._rng.choice(_ANY)
        return "" if char in "^$" else char

    def _set(self) -> str:
        negated = self._left.startswith("^")
        if negated:
            self._take()
        found, first = "", True
        while self._left and (first or self._left[0] != "]"):
            first = False
            if named := re.match(r"\[[:.=](\w+)[:.=]\]", self._left):
                self._take(named.end())
                found += _CLASSES.get(named[1], "")
                continue
            char = self._take()
            if char == "\\":
                escaped = self._take()
                found += _CLASSES.get(escaped, {"n": "\n", "t": "\t"}.get(escaped, escaped))
            elif self._left.startswith("-") and self._left[1:2] not in ("]", ""):
                self._take()
                found += "".join(map(chr, range(ord(char), min(ord(self._take()), 0xFFFF) + 1)))
            else:
                found += char
        self._take()
        if negated:
            found = "".join(one for one in _ANY + "éß/:" if one not in found)
        return found
