"""What no operation says: statements of SQL, from the engine that repairs drift."""

from collections.abc import Iterable, Iterator

from migrator.autogenerate.code import Code, execute
from migrator.autogenerate.hop import equal
from migrator.autogenerate.writing.draft import (
    CREATE,
    DROP,
    EXTEND,
    LOOSEN,
    REST,
    Draft,
)
from migrator.catalog import Catalog
from migrator.project import EMBEDDED_ROLE
from migrator.repair import Step, repair

_NEEDED = frozenset({"sequence", "type", "function", "collation", "schema", "extension"})
"""What others are done with before it goes: a default with its sequence, a column with its type."""


def write(draft: Draft) -> None:
    """Whatever is still missing on the way to `after`."""
    if equal(draft.partial, draft.after.objects):
        return
    mixed = bool(draft.lines)
    for step in repair(draft.after, Catalog(draft.partial), renames={}):
        write = execute if step.transactional else _outside
        rank = _rank(step, draft) if mixed else REST
        draft.write(rank, *map(write, _of_any_role(step.statements)))


def _rank(step: Step, draft: Draft) -> int:
    """Among the lines of operations; alone they stand in the order of the engine."""
    if step.action == "drop":
        needed = step.key[0] in _NEEDED and step.key not in draft.after.objects
        return DROP if needed else LOOSEN
    if step.key[0] == "sequence" and step.key not in draft.before.objects:
        owners = draft.after.objects[step.key].parents
        return CREATE if all(one in draft.before.objects for one in owners) else REST
    return EXTEND if step.key[0] == "table column" and step.action == "create" else REST


def _of_any_role(statements: Iterable[str]) -> Iterator[str]:
    """Without the role that owns what is in the sandbox: elsewhere it is whoever migrates."""
    for statement in statements:
        if not statement.endswith(f" OWNER TO {EMBEDDED_ROLE}"):
            yield statement.replace(f" PRIVILEGES FOR ROLE {EMBEDDED_ROLE}", " PRIVILEGES", 1)


def _outside(statement: str) -> Code:
    """What PostgreSQL refuses inside of a transaction."""
    return Code(f"with op.get_context().autocommit_block():\n    {execute(statement)}")
