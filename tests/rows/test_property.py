"""Whatever table hypothesis draws, it is filled, its constraints hold, and equal seeds agree."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrator.rows import fill
from tests.rows.conftest import Empty
from tests.rows.test_fill import content

_ROWS = 30

# A type, and conditions that values of it can meet.
_TYPES = {
    "integer": ["{0} > 5", "{0} BETWEEN -3 AND 90", "{0} % 3 = 1", "{0} <> 0 OR {0} IS NULL"],
    "smallint": ["{0} >= 0", "{0} < 1000"],
    "bigint": ["{0} > 10000000000", "abs({0}) < 500"],
    "numeric(8,2)": ["{0} >= 0", "{0} > 1 AND {0} <= 99.5", "round({0}) = {0}"],
    "text": [
        "{0} <> ''",
        "length({0}) <= 40",
        "{0} = lower({0})",
        "{0} ~ '^[A-Z]{{2}}-[0-9]{{3,6}}$'",
    ],
    "varchar(12)": ["{0} LIKE 'x%'", "char_length({0}) >= 3"],
    "uuid": ["{0}::text > '1'"],
    "timestamptz": ["{0} >= '2024-01-01' AND {0} < '2025-01-01'", "extract(year FROM {0}) > 1990"],
    "date": ["{0} > '2020-01-01'", "extract(isodow FROM {0}) < 6"],
    "interval": ["{0} > interval '0'"],
    "text[]": ["cardinality({0}) <= 4", "NOT 'x' = ANY ({0})"],
    "integer[]": ["array_length({0}, 1) >= 1"],
    "jsonb": ["jsonb_typeof({0}) = 'object'", "{0} ? 'kind'"],
    "inet": ["family({0}) = 4"],
    "int4range": ["NOT isempty({0})", "lower({0}) >= 0"],
    "bytea": ["octet_length({0}) < 20"],
}


@st.composite
def tables(draw: st.DrawFn) -> str:
    """SQL of one to three tables; each may refer to those before it and to itself."""
    statements = []
    for table in range(draw(st.integers(1, 3))):
        parts = ["id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY"]
        kinds = draw(st.lists(st.sampled_from(sorted(_TYPES)), min_size=1, max_size=5))
        for number, kind in enumerate(kinds):
            name = f"c{number}"
            column = f"{name} {kind}{draw(st.sampled_from(['', ' NOT NULL']))}"
            if draw(st.booleans()):
                column += f" CHECK ({draw(st.sampled_from(_TYPES[kind])).format(name)})"
            elif draw(st.integers(0, 3)) == 0:
                column += " UNIQUE"
            parts.append(column)
        if kinds.count("integer") > 1 and draw(st.booleans()):
            first, last = kinds.index("integer"), len(kinds) - 1 - kinds[::-1].index("integer")
            parts.append(f"CHECK (c{first} IS NULL OR c{last} IS NULL OR c{first} <= c{last})")
        for target in range(table + 1):
            if draw(st.booleans()):
                null = draw(st.sampled_from(["", " NOT NULL"]))
                parts.append(f"r{target} integer{null} REFERENCES t{target}")
        statements.append(f"CREATE TABLE t{table} ({', '.join(parts)});")
    return "\n".join(statements)


@given(sql=tables(), seed=st.integers(0, 2**32))
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_tables_that_can_be_filled_are(empty: Empty, sql: str, seed: int) -> None:
    contents = []
    for _ in range(2):
        with empty(sql) as connection:
            filled = fill(connection, rows=_ROWS, seed=seed)
            assert filled.failed == [], sql
            assert all(filled.rows.values()), (filled.rows, sql)
            contents.append(content(connection, filled))
    assert contents[0] == contents[1]
