"""What PostgreSQL makes of a statement for a role: EXPLAIN, as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from docs._generate.asked import Sent

Node = dict[str, Any]

_COMMANDS = {"Insert": "INSERT", "Update": "UPDATE", "Delete": "DELETE"}


@dataclass(frozen=True)
class Plan:
    """The root of a plan."""

    root: Node

    def nodes(self) -> Iterator[tuple[int, Node]]:
        """Each node with its depth, from the top down."""
        return _walk(self.root, 0)

    @property
    def indexes(self) -> frozenset[str]:
        return frozenset(
            str(node["Index Name"]) for _, node in self.nodes() if "Index Name" in node
        )

    @property
    def scanned(self) -> frozenset[str]:
        """Tables that are read from one end to the other."""
        return frozenset(
            str(node["Relation Name"])
            for _, node in self.nodes()
            if node["Node Type"] == "Seq Scan"
        )

    @property
    def commands(self) -> frozenset[tuple[str, str]]:
        """Each table with what is done to it."""
        return frozenset(
            (str(node["Relation Name"]), _COMMANDS.get(node.get("Operation", ""), "SELECT"))
            for _, node in self.nodes()
            if "Relation Name" in node
        )

    @property
    def buffers(self) -> int:
        """Pages of 8 kB that were read, from the cache or not; only of a plan that was run."""
        return int(self.root["Shared Hit Blocks"]) + int(self.root["Shared Read Blocks"])

    def outline(self) -> str:
        """One line a node, without anything that differs from run to run."""
        return "\n".join(_outline(self.root, 0))


def explain(
    connection: sa.Connection,
    sent: Sent,
    role: str | None = None,
    user_id: str | None = None,
    *,
    analyze: bool = False,
) -> Plan:
    """Plan a statement as `role`, on behalf of a user; nothing of it stays.

    `connection` is a superuser's, outside a transaction. With `analyze` the statement is run.
    """
    options = "ANALYZE, BUFFERS, TIMING OFF, " if analyze else ""
    with connection.begin() as transaction:
        if role is not None:
            connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
        if user_id is not None:
            connection.exec_driver_sql("SELECT set_app_user(%s)", (user_id,))
        asked = f"EXPLAIN ({options}FORMAT JSON) {sent.text}"
        told = connection.exec_driver_sql(asked, sent.parameters).scalar_one()
        transaction.rollback()
    return Plan(told[0]["Plan"])


def _walk(node: Node, depth: int) -> Iterator[tuple[int, Node]]:
    yield depth, node
    for child in node.get("Plans", ()):
        yield from _walk(child, depth + 1)


def _outline(node: Node, depth: int) -> Iterator[str]:
    """Leaves out what reads nothing: a Result over one node, or a value such as the policy's."""
    below = [child for child in node.get("Plans", ()) if not _is_value(child)]
    if node["Node Type"] == "Result" and len(below) == 1:
        yield from _outline(below[0], depth)
        return
    yield f"{'  ' * depth}{_named(node)}"
    for child in below:
        yield from _outline(child, depth + 1)


def _is_value(node: Node) -> bool:
    return node["Node Type"] == "Result" and "Plans" not in node


def _named(node: Node) -> str:
    """As PostgreSQL's own text begins the node: `Index Scan Backward using i on t`."""
    name = str(node.get("Operation") or node["Node Type"])
    if node.get("Strategy") == "Hashed":
        name = f"Hash{name}"
    backward = " Backward" if node.get("Scan Direction") == "Backward" else ""
    index = f" using {node['Index Name']}" if "Index Name" in node else ""
    table = f" on {node['Relation Name']}" if "Relation Name" in node else ""
    return f"{name}{backward}{index}{table}"
