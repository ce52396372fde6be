"""What a revision is called: imperative, at most 60 characters; and what is to be said of it."""

import re

from migrator.autogenerate.hop import Hop, is_security
from migrator.autogenerate.names import bare, last, table_of
from migrator.autogenerate.path import describe
from migrator.catalog import Key, Object
from migrator.catalog.model import RELATIONS

LONGEST = 60
_WORD = re.compile(r"[^\W_]+")
_VERBS = {"add": "Add", "drop": "Drop", "change": "Change", "rename": "Rename"}
_TO = {"add": "to", "drop": "from", "change": "of", "rename": "of"}
Doing = tuple[str, Key, set[str]]


def of(hop: Hop) -> str:
    """A title out of what the revision does first of all."""
    for title in _candidates(hop):
        if len(title) <= LONGEST:
            return title
    return f"{title[: LONGEST - 1].rpartition(' ')[0]} …"


def closest(message: str, titles: list[str]) -> int:
    """Which of the titles somebody most likely meant: the one with most of the words, the first."""
    words = _stems(message)
    shared = [len(words & _stems(title)) for title in titles]
    return shared.index(max(shared))


def _stems(text: str) -> set[str]:
    """Words so short that "label" is "labels"."""
    return {word[:4] for word in _WORD.findall(text.lower())}


def _candidates(hop: Hop) -> list[str]:
    """From the most telling to the shortest."""
    done = describe(hop)
    if not done and hop.backfill:
        filled = hop.backfill
        verb = "Keep the way back to" if hop.undoes else "Fill"
        return [f"{verb} {filled.table}.{filled.column}", f"{verb} {filled.column}"]
    renamed = [key for word, key, _ in done if word == "rename" and key[0].startswith("table")]
    if renamed:
        old, new = bare(hop.renamed[renamed[0]][1]), last(renamed[0][1])
        return [f"Rename {old} to {new}", f"Rename to {new}", "Rename"]
    tables = [key for word, key, _ in done if key[0] in RELATIONS and word in ("add", "drop")]
    if tables:
        word = next(word for word, key, _ in done if key == tables[0])
        verb = "Create" if word == "add" else "Drop"
        return [f"{verb} {_listed([bare(key[1]) for key in tables])}", f"{verb} tables"]
    if done and all(map(_is_about_security, done)):
        return [f"Change who may see {_place(hop, done[0])}", "Change who may see what"]
    word, key, _names = done[0]
    one = (hop.before if word == "drop" else hop.after).objects[key]
    return [*_single(hop, done, one), f"Change {_place(hop, done[0])}", "Change the schema"]


def _single(hop: Hop, done: list[Doing], one: Object) -> list[str]:
    word, key, names = done[0]
    table = bare(_table(hop, one) or "")
    name = last(one.identity)
    if word == "change" and (found := _changed(one, names, table)):
        return found
    alike = [last(k[1]) for w, k, _ in done if w == word and k[0] == key[0]]
    verb, to = _VERBS[word], f" {_TO[word]} {table}" if table else ""
    if key[0] in ("index", "table constraint"):
        verb = "Build" if key[0] == "index" and word == "add" else verb
        return [f"{verb} {_listed(alike)}", f"{verb} {len(alike)} on {table}", f"{verb} {name}"]
    if len(alike) > 1:
        return [f"{verb} {_listed(alike)}{to}", f"{verb} {len(alike)} {_plural(key[0])}{to}"]
    return [f"{verb} {name}{to}", f"{verb} {name}"]


def _changed(one: Object, names: set[str], table: str) -> list[str]:
    """Of one attribute that has words of its own."""
    name = last(one.identity)
    if "validated" in names:
        return [f"{'Validate' if one.attributes['validated'] else 'Unvalidate'} {name}"]
    if one.kind == "table column" and "not null" in names:
        verb = "Require" if one.attributes["not null"] else "Allow no"
        return [f"{verb} {name} of {table}", f"{verb} {name}"]
    if one.kind == "table column" and "type" in names:
        return [f"Change the type of {table}.{name}", f"Change the type of {name}"]
    return [f"Change {bare(one.identity)}"] if one.kind == "table" else []


def _is_about_security(doing: Doing) -> bool:
    _, key, names = doing
    return key[0] == "policy" or (bool(names) and all(map(is_security, names)))


def _place(hop: Hop, doing: Doing) -> str:
    word, key, _ = doing
    one = (hop.before if word == "drop" else hop.after).objects[key]
    return bare(_table(hop, one) or one.identity)


def _table(hop: Hop, one: Object) -> str | None:
    if one.kind in RELATIONS:
        return one.identity
    for parent in one.parents:
        above = hop.after.objects.get(parent) or hop.before.objects.get(parent)
        if found := table_of(one) or (above and table_of(above)):
            return found
    return None


def _plural(kind: str) -> str:
    """`table column` is a column in a title."""
    word = kind.rpartition(" ")[2]
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
