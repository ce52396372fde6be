"""Text of expressions in the form in which it stays after a dump and a restore.

`state IN ('on', 'off')` on a varchar column comes out of PostgreSQL as
`(ARRAY['on'::character varying, ...])::text[]`. Read back in, the cast moves into the elements, and
it comes out as `ARRAY[('on'::character varying)::text, ...]` from then on. Both mean the same.
"""

import re

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | [^'"(),[\]]+ | . """, re.VERBOSE | re.DOTALL
)
_CAST = re.compile(r"\)::([^\[\]']+)\[\]")
_START = "(ARRAY["
_DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}


def settled(text: str) -> str:
    """The text with every cast of an array moved into its elements."""
    if _START not in text:
        return text
    done, at = [], 0
    while token := _TOKEN.match(text, at):
        end, piece = token.end(), token.group()
        if text.startswith(_START, at):
            end, piece = _cast_array(text, at) or (end, piece)
        done.append(piece)
        at = end
    return "".join(done)


def _cast_array(text: str, at: int) -> tuple[int, str] | None:
    """The end of the `(ARRAY[...])::type[]` at a place and its settled form, if there is one."""
    elements, end = _elements(text, at + len(_START))
    cast = _CAST.match(text, end)
    if not cast:
        return None
    inside = ", ".join(_element(element, cast.group(1)) for element in elements)
    return cast.end(), f"ARRAY[{inside}]"


def _element(element: str, type_name: str) -> str:
    if element.startswith("ARRAY["):
        return settled(f"({element})::{type_name}[]")
    return f"({settled(element)})::{type_name}"


def _elements(text: str, at: int) -> tuple[list[str], int]:
    """The elements up to the bracket that closes the array, and the place after that bracket."""
    elements, current, depth = [], "", 0
    while depth >= 0 and (token := _TOKEN.match(text, at)):
        piece, at = token.group(), token.end()
        depth += _DEPTH.get(piece, 0)
        if piece == "," and depth == 0:
            elements.append(current.strip())
            current = ""
        elif depth >= 0:
            current += piece
    return [*elements, current.strip()], at
