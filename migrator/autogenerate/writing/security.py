"""Who may see which rows: policies and row-level security."""

from migrator.autogenerate.code import Code, call, execute
from migrator.autogenerate.names import inside, last
from migrator.autogenerate.writing.draft import LOOSEN, SECURE, Draft
from migrator.catalog import Key, Object
from migrator.ops import sql

_FLAGS = {
    "row security": ("ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
    "row security forced": ("FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
}


def create(draft: Draft, policy: Object, table: str) -> None:
    draft.write(SECURE, _policy(policy, table))
    draft.made(policy, {n: v for n, v in policy.attributes.items() if n != "comment"})


def drop(draft: Draft, policy: Object, table: str) -> None:
    statement = f"DROP POLICY {sql.name(last(policy.identity))} ON {sql.name(table)}"
    draft.write(LOOSEN, execute(statement))
    draft.gone(policy.key)


def change(draft: Draft, key: Key, changed: set[str], table: str) -> None:
    if changed - {"comment"}:
        drop(draft, draft.before.objects[key], table)
        create(draft, draft.after.objects[key], table)


def flags(draft: Draft, key: Key, changed: set[str], table: str) -> None:
    for flag, (on, off) in _FLAGS.items():
        if flag in changed:
            word = on if draft.after.objects[key].attributes.get(flag) else off
            draft.write(SECURE, execute(f"ALTER TABLE {sql.name(table)} {word}"))
            draft.changed(key, [flag])


def _policy(policy: Object, table: str) -> Code:
    said = policy.attributes
    name, command = last(policy.identity), str(said["command"])
    using, check = (_stripped(said.get(clause)) for clause in ("using", "with check"))
    roles = [str(role) for role in said["roles"]]  # type: ignore[union-attr]
    rows = using or check
    usual = {"INSERT": (None, rows), "UPDATE": (rows, rows)}.get(command, (rows, None))
    if said["permissive"] and len(roles) == 1 and roles != ["PUBLIC"] and (using, check) == usual:
        return call("ops.create_policy", name, table, command, roles[0], rows)
    written = [
        f"CREATE POLICY {sql.name(name)} ON {sql.name(table)}",
        "" if said["permissive"] else "AS RESTRICTIVE",
        f"FOR {command}",
        "TO " + ", ".join(role if role == "PUBLIC" else sql.name(role) for role in roles),
        f"USING ({using})" if using else "",
        f"WITH CHECK ({check})" if check else "",
    ]
    return execute(" ".join(filter(None, written)))


def _stripped(expression: object) -> str | None:
    return inside(expression) if isinstance(expression, str) else None
