"""Roles and row-level-security policies."""

from migrator.ops import sql


def create_role(role: str) -> None:
    """Create a role that nobody can log in as, unless the cluster has it already.

    Roles belong to the cluster: another database may have made it, at this very moment even. So
    there is no reverse either: another database may use it, and a login may be a member of it.
    """
    sql.do(
        f"""
IF to_regrole({sql.literal(sql.name(role))}) IS NULL THEN
    CREATE ROLE {sql.name(role)} NOLOGIN;
END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
"""
    )


def create_policy(name: str, table: str, command: str, role: str, rows: str) -> None:
    """Let `role` run `command` on the rows of `table` for which the expression `rows` is true."""
    clause = {
        "INSERT": f"WITH CHECK ({rows})",
        "UPDATE": f"USING ({rows}) WITH CHECK ({rows})",
    }.get(command, f"USING ({rows})")
    sql.execute(
        f"CREATE POLICY {sql.name(name)} ON {sql.name(table)}"
        f" FOR {command} TO {sql.name(role)} {clause}"
    )
