"""What a column is filled with by itself."""

import re

from migrator.catalog import Object

# The same for every row of a statement: PostgreSQL stores it once instead of in each row.
_CONSTANT = re.compile(
    r"""
    (?: '(?:[^']|'')*' | -?\d+(?:\.\d+)? | \(-?\d+(?:\.\d+)?\) | true | false | NULL
      | now\(\) | CURRENT_(?:TIMESTAMP|DATE|TIME|USER|ROLE|CATALOG|SCHEMA)(?:\(\d\))?
      | LOCALTIMESTAMP(?:\(\d\))? | LOCALTIME(?:\(\d\))? | SESSION_USER
      | transaction_timestamp\(\) | statement_timestamp\(\) )
    (?: ::[\w\s."()\[\],]+ )?
    """,
    re.VERBOSE,
)


def is_constant(expression: str) -> bool:
    """Whether it can be added with a column without a row being written."""
    return bool(_CONSTANT.fullmatch(expression.removeprefix("(").removesuffix(")"))) or bool(
        _CONSTANT.fullmatch(expression)
    )


def for_old_rows(column: Object) -> bool:
    """Whether a row that is there before the column has a value in it at once."""
    default = column.attributes.get("default")
    return "generated" in column.attributes or (isinstance(default, str) and is_constant(default))
