"""A downgrade that would destroy rows refuses first, and names what it would take to insist."""

from textwrap import indent

from migrator.errors import DATA_LOSS
from migrator.ops import sql

DECLARE = "lost bigint;"


def refuse_data_loss(table: str, *, where: str = "true") -> None:
    """Refuse while rows of `table` satisfy `where`; name the table and the count.

    Overridden by that name: `make downgrade ALLOW=<name>`, `alembic -x allow-data-loss=<name>`,
    or the setting `migrator.allow_data_loss` for psql. Several names are joined by commas.
    """
    sql.do(refusal(table, table, where), declare=DECLARE)


def refusal(lost: str, table: str, where: str) -> str:
    """The PL/pgSQL of it, for a block that declares DECLARE. `lost` is the name to insist by."""
    count = f"SELECT count(*) INTO lost FROM {sql.name(table)} WHERE {where};"
    return f"""\
IF {sql.literal(lost)} <> ALL (
    string_to_array(coalesce(current_setting('migrator.allow_data_loss', true), ''), ',')
) THEN
    -- Counted twice: first without stopping anybody, then with nobody left to add a row.
    {count}
    IF lost = 0 THEN
        LOCK TABLE {sql.name(table)} IN ACCESS EXCLUSIVE MODE;
        {count}
    END IF;
    IF lost > 0 THEN
        RAISE EXCEPTION 'this downgrade would destroy data in "{lost}"' USING
            ERRCODE = '{DATA_LOSS}',
            DETAIL = 'rows of "{table}" that the older schema has no room for: ' || lost,
            HINT = 'this revision stays applied; insist by name: make downgrade ALLOW={lost}';
    END IF;
END IF;
"""


def unless(condition: str, body: str) -> str:
    """PL/pgSQL that runs `body` unless `condition` is true (NULL is not)."""
    return f"IF ({condition}) IS NOT TRUE THEN\n{indent(body.rstrip(), '    ')}\nEND IF;\n"
