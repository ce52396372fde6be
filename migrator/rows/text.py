"""Texts as people and programs leave them in a database."""

from random import Random

_FIRST = ("Ana", "Zoë", "José", "李", "Olga", "Björn", "Chidi", "Mary Jane", "Ольга", "Σοφία")
_LAST = ("Ångström", "de la Cruz", "Müller", "O'Brien", "Smith", "Nguyễn", "García", "Lee")
_WORDS = (
    "milk",
    "call",
    "Ann",
    "pay",
    "rent",
    "näher",
    "日本語",
    "for",
    "the",
    "2nd",
    "draft",
    "ß",
)
_ODD = (
    "",
    " ",
    "Cher",
    "NULL",
    "null",
    "0",
    "-1",
    "true",
    "  padded  ",
    "two  spaces",
    "tab\there",
    "line\nbreak",
    'say "hi"',
    "back\\slash",
    "comma, semicolon; colon:",
    "100 %",
    "e\u0301 (composed) é",
    "🙂👩‍👩‍👧",
    "İstanbul",
    "<b>bold</b>",
    '{"a": 1}',
)
_ODD_ADDRESSES = ("jürgen+x@münchen.de", "A.B-c@Example.COM", '"a b"@example.org', "x@y")
_HOST = "@example.org"
LONGEST = 20_000
"""Characters of the longest text where the type sets no limit."""
SHORT = 120
"""Characters of the longest text in an index: a page holds an entry of 2,700 bytes at most."""


def is_address(name: str) -> bool:
    """Whether a column of this name holds addresses of mail, and nothing else by right."""
    return name.lower().endswith(("mail", "mail_address", "mailaddress"))


def odd(longest: int, name: str = "") -> list[str]:
    """The texts at the borders: every one of them once in each column that has room for it."""
    known, end = (_ODD_ADDRESSES, _HOST) if is_address(name) else (_ODD, "")
    long = "x" * (longest - len(end)) + end if longest > len(end) else "x" * longest
    return [text for text in known if len(text) <= longest] + [long]


def draw(rng: Random, name: str, longest: int) -> str:
    """An ordinary text for a column of this name."""
    number = rng.randrange(10_000)
    lower = name.lower()
    if is_address(name):
        host = rng.choice(("example.org", "Example.COM"))
        text = f"{rng.choice(('user', 'Jürgen+', 'A.B-'))}{number}@{host}"
    elif "name" in lower or lower in {"author", "holder", "owner"}:
        text = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    elif "phone" in lower:
        text = f"+49 30 {number}"
    elif "url" in lower or "link" in lower:
        text = f"https://example.org/{number}?q=ä"
    else:
        text = " ".join(rng.choice(_WORDS) for _ in range(rng.randint(1, 7)))
    return text[:longest].rstrip() or "x"


def nth(number: int, longest: int, name: str = "") -> str | None:
    """Texts that differ from each other, shortest length last to run out; None beyond the last."""
    if is_address(name) and longest > len(_HOST) + 12:
        local = nth(number, longest - len(_HOST))
        return None if local is None else f"{local}{_HOST}"
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    code = ""
    while True:
        number, digit = divmod(number, 36)
        code = digits[digit] + code
        if not number:
            break
        number -= 1  # "00" comes after "z": no two numbers share a text
    if len(code) > longest:
        return None
    return f"user{code}" if len(code) + 4 <= longest and longest > 12 else code
