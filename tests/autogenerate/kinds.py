"""Every kind of change that the table of docs/autogenerate.md tells about.

Each is a thing that a model may have (`one`) or have otherwise (`two`): added, altered, dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from tests.autogenerate.world import (
    Change,
    all_of,
    column,
    constraint,
    ddl,
    index,
    of_table,
    table,
)


@dataclass(frozen=True)
class Kind:
    """`since`: the oldest server that has it."""

    family: str
    name: str
    one: Change
    two: Change | None = None
    since: int = 15


_pk = partial(sa.Column, "id", sa.Integer, primary_key=True)
_check = sa.CheckConstraint
_key = sa.ForeignKeyConstraint
_now = {"server_default": sa.text("now()")}

TABLES = {
    "table": (
        table("labels", _pk, lambda: sa.Column("name", sa.Text, index=True)),
        table("labels", _pk, lambda: sa.Column("title", sa.Text), partial(sa.Column, "n", sa.Text)),
    ),
    "table with a key to another": (
        table("labels", _pk, lambda: sa.Column("owner_id", sa.ForeignKey("owners.id"))),
    ),
    "two tables that refer to each other": (
        all_of(
            table("a", _pk, partial(sa.Column, "b_id", sa.Integer)),
            table("b", _pk, partial(sa.Column, "a_id", sa.Integer)),
            constraint(lambda: _key(["b_id"], ["b.id"], use_alter=True), "a"),
            constraint(lambda: _key(["a_id"], ["a.id"]), "b"),
        ),
    ),
    "table comment": (of_table("items", comment="Things."), of_table("items", comment="It's all.")),
    "storage parameter of a table": (
        ddl("ALTER TABLE items SET (fillfactor = 70)"),
        ddl("ALTER TABLE items SET (fillfactor = 80)"),
    ),
    "autovacuum of a table": (ddl("ALTER TABLE items SET (autovacuum_enabled = false)"),),
    "UNLOGGED": (ddl("ALTER TABLE items SET UNLOGGED"),),
    "partitioned table": (
        table(
            "logs",
            partial(sa.Column, "at", sa.DateTime, nullable=False),
            postgresql_partition_by="RANGE (at)",
        ),
    ),
    "partition": (
        all_of(
            table(
                "logs",
                partial(sa.Column, "at", sa.DateTime, nullable=False),
                postgresql_partition_by="RANGE (at)",
            ),
            ddl(
                "CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM (MINVALUE) TO ('2026-1-1')"
            ),
        ),
    ),
    "replica identity": (
        ddl("ALTER TABLE items REPLICA IDENTITY FULL"),
        ddl("ALTER TABLE items REPLICA IDENTITY NOTHING"),
    ),
}

COLUMNS = {
    "column": (column("n", sa.Integer),),
    "NOT NULL column with a constant": (
        column("n", sa.Integer, server_default=sa.text("0"), nullable=False),
        column("n", sa.Integer, server_default=sa.text("1"), nullable=False),
    ),
    "NOT NULL column without a default": (column("n", sa.Integer, nullable=False),),
    "NOT NULL column with a default of each row": (
        column("u", sa.Uuid, server_default=sa.func.gen_random_uuid(), nullable=False),
    ),
    "camelCase column": (column("isDone", sa.Boolean, comment="yes"),),
    "NOT NULL": (column("n", sa.Integer), column("n", sa.Integer, nullable=False)),
    "integer, bigint": (column("n", sa.Integer), column("n", sa.BigInteger)),
    "bigint, text": (column("n", sa.BigInteger), column("n", sa.Text)),
    "text, integer": (column("n", sa.Text), column("n", sa.Integer)),
    "varchar(200), varchar(100)": (column("n", sa.String(200)), column("n", sa.String(100))),
    "varchar(200), text": (column("n", sa.String(200)), column("n", sa.Text)),
    "timestamptz, timestamp": (column("n", sa.DateTime(timezone=True)), column("n", sa.DateTime)),
    "timestamp, timestamp(3)": (column("n", pg.TIMESTAMP), column("n", pg.TIMESTAMP(precision=3))),
    "text[], varchar[]": (column("n", pg.ARRAY(sa.Text)), column("n", pg.ARRAY(sa.String))),
    "jsonb, json": (column("n", pg.JSONB), column("n", pg.JSON)),
    "numeric(10,2), numeric(12,3)": (
        column("n", sa.Numeric(10, 2)),
        column("n", sa.Numeric(12, 3)),
    ),
    "float, real": (column("n", sa.Double), column("n", sa.REAL)),
    "inet, cidr": (column("n", pg.INET), column("n", pg.CIDR)),
    "interval, time": (column("n", sa.Interval), column("n", sa.Time)),
    "bytea": (column("n", sa.LargeBinary),),
    "type with a default": (
        column("n", sa.Integer, server_default=sa.text("7")),
        column("n", sa.Text, server_default=sa.text("'7'")),
    ),
    "server default": (
        column("state", sa.Text, server_default="todo"),
        column("state", sa.Text, server_default="it's done"),
    ),
    "server default false, true": (
        column("n", sa.Boolean, server_default=sa.false()),
        column("n", sa.Boolean, server_default=sa.true()),
    ),
    "server default now(), clock_timestamp()": (
        column("n", sa.DateTime, server_default=sa.func.now()),
        column("n", sa.DateTime, server_default=sa.func.clock_timestamp()),
    ),
    "server default of an array": (
        column("tags", pg.ARRAY(sa.Text), server_default=sa.text("'{}'")),
        column("tags", pg.ARRAY(sa.Text), server_default=sa.text("'{a,b}'")),
    ),
    "server default of an expression": (
        column("n", sa.Numeric, server_default=sa.text("1 + 1")),
        column("n", sa.Numeric, server_default=sa.text("random() * 2")),
    ),
    "identity": (
        column("n", sa.Integer, sa.Identity(always=True)),
        column("n", sa.Integer, sa.Identity(always=False)),
    ),
    "numbers of an identity": (
        column("n", sa.Integer, sa.Identity(start=10)),
        column("n", sa.Integer, sa.Identity(start=20, increment=5)),
    ),
    "generated column": (
        column("n", sa.Integer, sa.Computed("owner_id * 2", persisted=True)),
        column("n", sa.Integer, sa.Computed("owner_id * 3", persisted=True)),
    ),
    "column comment": (
        column("state", sa.Text, comment="Open or done."),
        column("state", sa.Text, comment='A "state", isn\'t it: yes.'),
    ),
    "collation": (column("n", sa.Text(collation="C")), column("n", sa.Text(collation="POSIX"))),
    "column storage": (
        ddl("ALTER TABLE items ALTER state SET STORAGE EXTERNAL"),
        ddl("ALTER TABLE items ALTER state SET STORAGE MAIN"),
    ),
    "column compression": (ddl("ALTER TABLE items ALTER state SET COMPRESSION pglz"),),
    "statistics target": (
        ddl("ALTER TABLE items ALTER state SET STATISTICS 500"),
        ddl("ALTER TABLE items ALTER state SET STATISTICS 900"),
    ),
    "options of a column": (ddl("ALTER TABLE items ALTER state SET (n_distinct = 5)"),),
    "column of an enumeration": (
        all_of(
            ddl("CREATE TYPE mood AS ENUM ('low', 'high')", first=True),
            column("n", pg.ENUM("low", "high", name="mood", create_type=False)),
        ),
    ),
    "column of a domain": (
        all_of(
            ddl("CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%')", first=True),
            column("n", pg.DOMAIN("email", sa.Text(), create_type=False)),
        ),
    ),
}

INDEXES = {
    "index": (index("ix_n", "state"), index("ix_n", "state", "price")),
    "unique index": (index("ix_n", "state", unique=True), index("ix_n", "state")),
    "index on what is new": (all_of(column("n", sa.Text), index("ix_n", "n")),),
    "order of columns": (index("ix_n", "state", "price"), index("ix_n", "price", "state")),
    "DESC": (index("ix_n", "price DESC"), index("ix_n", "price")),
    "NULLS FIRST": (index("ix_n", "price NULLS FIRST"), index("ix_n", "price")),
    "GIN, B-tree": (index("ix_n", "tags", postgresql_using="gin"), index("ix_n", "tags")),
    "BRIN, B-tree": (index("ix_n", "at", postgresql_using="brin"), index("ix_n", "at")),
    "hash, B-tree": (index("ix_n", "state", postgresql_using="hash"), index("ix_n", "state")),
    "GiST": (index("ix_n", "during", postgresql_using="gist"),),
    "predicate": (
        index("ix_n", "price", postgresql_where=sa.text("price > 1")),
        index("ix_n", "price", postgresql_where=sa.text("price > 2 AND state = 'a'")),
    ),
    "predicate removed": (
        index("ix_n", "price", postgresql_where=sa.text("price IS NOT NULL")),
        index("ix_n", "price"),
    ),
    "INCLUDE": (
        index("ix_n", "state", postgresql_include=["price"]),
        index("ix_n", "state", postgresql_include=["price", "at"]),
    ),
    "operator class": (
        index("ix_n", "state", postgresql_ops={"state": "text_pattern_ops"}),
        index("ix_n", "state"),
    ),
    "collation in an index": (index("ix_n", 'state COLLATE "POSIX"'), index("ix_n", "state")),
    "expression": (index("ix_n", "lower(state)"), index("ix_n", "upper(state)")),
    "storage parameter of an index": (
        index("ix_n", "state", postgresql_with={"fillfactor": 70}),
        index("ix_n", "state", postgresql_with={"fillfactor": 80}),
    ),
    "NULLS NOT DISTINCT": (
        index("ix_n", "state", unique=True, postgresql_nulls_not_distinct=True),
        index("ix_n", "state", unique=True),
    ),
    "name of an index": (index("ix_n", "state"), index("ix_m", "state")),
    "comment on an index": (
        all_of(index("ix_n", "state"), ddl("COMMENT ON INDEX ix_n IS 'a'")),
        all_of(index("ix_n", "state"), ddl("COMMENT ON INDEX ix_n IS 'b'")),
    ),
    "CLUSTER ON": (all_of(index("ix_n", "state"), ddl("ALTER TABLE items CLUSTER ON ix_n")),),
}

CONSTRAINTS = {
    "CHECK": (
        constraint(lambda: _check("price > 0", name="n")),
        constraint(lambda: _check("price > 1 AND state IN ('a', 'b')", name="n")),
    ),
    "name of a CHECK": (
        constraint(lambda: _check("price > 0", name="n")),
        constraint(lambda: _check("price > 0", name="m")),
    ),
    "CHECK NOT VALID": (
        ddl("ALTER TABLE items ADD CONSTRAINT ck_items_n CHECK (price > 0) NOT VALID"),
        constraint(lambda: _check("price > 0", name="n")),
    ),
    "CHECK NO INHERIT": (
        ddl("ALTER TABLE items ADD CONSTRAINT n CHECK (price > 0) NO INHERIT"),
        ddl("ALTER TABLE items ADD CONSTRAINT n CHECK (price > 0)"),
    ),
    "CHECK NOT ENFORCED": (
        ddl("ALTER TABLE items ADD CONSTRAINT n CHECK (price > 0) NOT ENFORCED"),
        ddl("ALTER TABLE items ADD CONSTRAINT n CHECK (price > 0)"),
    ),
    "UNIQUE": (
        constraint(lambda: sa.UniqueConstraint("state", name="n")),
        constraint(lambda: sa.UniqueConstraint("state", "price", name="n")),
    ),
    "UNIQUE, an index": (
        constraint(lambda: sa.UniqueConstraint("state", name="n")),
        index("n", "state", unique=True),
    ),
    "UNIQUE DEFERRABLE": (
        constraint(lambda: sa.UniqueConstraint("state", name="n", deferrable=True)),
        constraint(lambda: sa.UniqueConstraint("state", name="n")),
    ),
    "UNIQUE INCLUDE": (
        constraint(lambda: sa.UniqueConstraint("state", name="n", postgresql_include=["at"])),
        constraint(lambda: sa.UniqueConstraint("state", name="n")),
    ),
    "UNIQUE NULLS NOT DISTINCT": (
        constraint(
            lambda: sa.UniqueConstraint("state", name="n", postgresql_nulls_not_distinct=True)
        ),
        constraint(lambda: sa.UniqueConstraint("state", name="n")),
    ),
    "primary key": (
        all_of(
            table(
                "pairs", partial(sa.Column, "a", sa.Integer), partial(sa.Column, "b", sa.Integer)
            ),
            constraint(lambda: sa.PrimaryKeyConstraint("a"), "pairs"),
        ),
        all_of(
            table(
                "pairs", partial(sa.Column, "a", sa.Integer), partial(sa.Column, "b", sa.Integer)
            ),
            constraint(lambda: sa.PrimaryKeyConstraint("a", "b"), "pairs"),
        ),
    ),
    "name of a primary key": (
        all_of(
            table("pairs", partial(sa.Column, "a", sa.Integer)),
            constraint(lambda: sa.PrimaryKeyConstraint("a", name="p"), "pairs"),
        ),
        all_of(
            table("pairs", partial(sa.Column, "a", sa.Integer)),
            constraint(lambda: sa.PrimaryKeyConstraint("a", name="q"), "pairs"),
        ),
    ),
    "foreign key": (
        constraint(lambda: _key(["state"], ["owners.name"])),
        constraint(lambda: _key(["state"], ["owners.name"], name="fk_other")),
    ),
    "ON DELETE": (
        constraint(lambda: _key(["state"], ["owners.name"], ondelete="CASCADE", name="f")),
        constraint(lambda: _key(["state"], ["owners.name"], ondelete="SET NULL", name="f")),
    ),
    "ON UPDATE": (
        constraint(lambda: _key(["state"], ["owners.name"], onupdate="CASCADE", name="f")),
        constraint(lambda: _key(["state"], ["owners.name"], name="f")),
    ),
    "foreign key DEFERRABLE": (
        constraint(lambda: _key(["state"], ["owners.name"], deferrable=True, name="f")),
        constraint(
            lambda: _key(
                ["state"], ["owners.name"], deferrable=True, initially="DEFERRED", name="f"
            )
        ),
    ),
    "foreign key MATCH FULL": (
        constraint(lambda: _key(["state"], ["owners.name"], match="FULL", name="f")),
        constraint(lambda: _key(["state"], ["owners.name"], name="f")),
    ),
    "foreign key NOT VALID": (
        ddl(
            "ALTER TABLE items ADD CONSTRAINT f FOREIGN KEY (state) REFERENCES owners (name)"
            " NOT VALID"
        ),
        constraint(lambda: _key(["state"], ["owners.name"], name="f")),
    ),
    "foreign key to what is new": (
        all_of(
            column("code", sa.Text, table="owners"),
            constraint(lambda: sa.UniqueConstraint("code"), "owners"),
            constraint(lambda: _key(["state"], ["owners.code"])),
        ),
    ),
    "exclusion constraint": (
        constraint(lambda: pg.ExcludeConstraint((sa.column("during"), "&&"), name="x")),
        constraint(
            lambda: pg.ExcludeConstraint(
                (sa.column("during"), "&&"), name="x", where=sa.text("price > 0")
            )
        ),
    ),
    "comment on a constraint": (
        ddl("COMMENT ON CONSTRAINT fk_items_owner_id_owners ON items IS 'a'"),
        ddl("COMMENT ON CONSTRAINT fk_items_owner_id_owners ON items IS 'b'"),
    ),
}

SECURITY = {
    "row-level security": (ddl("ALTER TABLE items ENABLE ROW LEVEL SECURITY"),),
    "row-level security forced": (ddl("ALTER TABLE items FORCE ROW LEVEL SECURITY"),),
    "policy": (
        ddl("CREATE POLICY p ON items FOR SELECT TO world_app USING (owner_id = 1)"),
        ddl("CREATE POLICY p ON items FOR SELECT TO world_app USING (owner_id = 2)"),
    ),
    "policy, its command": (
        ddl("CREATE POLICY p ON items FOR INSERT TO world_app WITH CHECK (owner_id = 1)"),
        ddl("CREATE POLICY p ON items FOR ALL TO world_app WITH CHECK (owner_id = 1)"),
    ),
    "policy, its roles": (
        ddl("CREATE POLICY p ON items TO world_app USING (true)"),
        ddl("CREATE POLICY p ON items TO world_app, world_ro USING (true)"),
    ),
    "policy AS RESTRICTIVE": (
        ddl("CREATE POLICY p ON items AS RESTRICTIVE TO PUBLIC USING (owner_id > 1)"),
        ddl("CREATE POLICY p ON items TO PUBLIC USING (owner_id > 1)"),
    ),
    "grant on a table": (
        ddl("GRANT SELECT ON items TO world_app"),
        ddl("GRANT SELECT, UPDATE ON items TO world_app"),
    ),
    "grant on a column": (
        ddl("GRANT SELECT (title) ON items TO world_app"),
        ddl("GRANT UPDATE (title) ON items TO world_app"),
    ),
    "grant on a sequence": (ddl("GRANT USAGE ON SEQUENCE items_id_seq TO world_app"),),
    "grant on the schema": (ddl("GRANT USAGE ON SCHEMA public TO world_app"),),
    "grant with grant option": (
        ddl("GRANT SELECT ON items TO world_app WITH GRANT OPTION"),
        ddl("GRANT SELECT ON items TO world_app"),
    ),
    "default privileges": (
        ddl("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO world_ro"),
        ddl("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO world_ro"),
    ),
}

_F = "CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql "
_T = "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    RETURN NEW;\nEND\n$$"

OTHERS = {
    "function": (ddl(f"{_F}AS 'SELECT n + 1'"), ddl(f"{_F}AS 'SELECT n + 2'")),
    "function, its volatility": (
        ddl(f"{_F}IMMUTABLE AS 'SELECT n'"),
        ddl(f"{_F}STABLE AS 'SELECT n'"),
    ),
    "function, its result": (
        ddl(f"{_F}AS 'SELECT n'"),
        ddl(f"{_F.replace('S integer', 'S bigint')}AS 'SELECT n::bigint'"),
    ),
    "function over a new table": (
        all_of(
            table("labels", _pk),
            ddl("CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM labels'"),
        ),
    ),
    "grant on a function": (
        ddl(f"{_F}AS 'SELECT n'", "REVOKE EXECUTE ON FUNCTION f FROM PUBLIC"),
        ddl(f"{_F}AS 'SELECT n'", "GRANT EXECUTE ON FUNCTION f TO world_app"),
    ),
    "procedure": (
        ddl("CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'"),
        ddl("CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 2'"),
    ),
    "aggregate": (
        ddl("CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer)"),
        ddl("CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '5')"),
    ),
    "trigger": (
        ddl(_T, "CREATE TRIGGER g BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION t()"),
        ddl(_T, "CREATE TRIGGER g BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION t()"),
    ),
    "trigger disabled": (
        ddl(
            _T,
            "CREATE TRIGGER g BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION t()",
            "ALTER TABLE items DISABLE TRIGGER g",
        ),
        ddl(_T, "CREATE TRIGGER g BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION t()"),
    ),
    "rule": (
        ddl("CREATE RULE r AS ON DELETE TO items DO INSTEAD NOTHING"),
        ddl("CREATE RULE r AS ON DELETE TO items WHERE old.price > 0 DO INSTEAD NOTHING"),
    ),
    "view": (
        ddl("CREATE VIEW v AS SELECT id, title FROM items"),
        ddl("CREATE VIEW v AS SELECT id, title FROM items WHERE price > 0"),
    ),
    "view, its columns": (
        ddl("CREATE VIEW v AS SELECT id, title FROM items"),
        ddl("CREATE VIEW v AS SELECT id FROM items"),
    ),
    "view on what is new": (
        all_of(column("n", sa.Text), ddl("CREATE VIEW v AS SELECT n FROM items")),
    ),
    "materialized view": (
        ddl("CREATE MATERIALIZED VIEW v AS SELECT id FROM items", "CREATE INDEX vi ON v (id)"),
        ddl("CREATE MATERIALIZED VIEW v AS SELECT id + 1 AS id FROM items"),
    ),
    "extended statistics": (
        ddl("CREATE STATISTICS s (dependencies) ON state, price FROM items"),
        ddl("CREATE STATISTICS s (ndistinct, mcv) ON state, price FROM items"),
    ),
    "extended statistics of expressions": (
        ddl("CREATE STATISTICS s ON lower(state), price FROM items"),
        ddl("CREATE STATISTICS s ON upper(state), price FROM items"),
    ),
    "enumeration": (
        ddl("CREATE TYPE mood AS ENUM ('low', 'high')"),
        ddl("CREATE TYPE mood AS ENUM ('low', 'mid', 'high')"),
    ),
    "domain": (
        ddl("CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%')"),
        ddl("CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%.%')"),
    ),
    "composite type": (
        ddl("CREATE TYPE place AS (street text)"),
        ddl("CREATE TYPE place AS (street text, zip text)"),
    ),
    "range type": (
        ddl("CREATE TYPE span AS RANGE (subtype = float8)"),
        ddl("CREATE TYPE span AS RANGE (subtype = float4)"),
    ),
    "sequence": (ddl("CREATE SEQUENCE n"), ddl("CREATE SEQUENCE n INCREMENT 5")),
    "schema": (ddl("CREATE SCHEMA n"), ddl("CREATE SCHEMA n", "COMMENT ON SCHEMA n IS 'a'")),
    "collation as an object": (
        ddl("CREATE COLLATION german (provider = libc, locale = 'C')"),
        ddl("CREATE COLLATION german (provider = libc, locale = 'POSIX')"),
    ),
    "text search configuration": (
        ddl("CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)"),
        ddl(
            "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)",
            "ALTER TEXT SEARCH CONFIGURATION words DROP MAPPING FOR email",
        ),
    ),
    "publication": (
        ddl("CREATE PUBLICATION feed FOR TABLE items"),
        ddl("CREATE PUBLICATION feed FOR TABLE items, owners"),
    ),
    "comment on a function": (
        ddl(f"{_F}AS 'SELECT n'", "COMMENT ON FUNCTION f IS 'a'"),
        ddl(f"{_F}AS 'SELECT n'", "COMMENT ON FUNCTION f IS 'b'"),
    ),
    "comment on a policy": (
        ddl("CREATE POLICY p ON items USING (true)", "COMMENT ON POLICY p ON items IS 'a'"),
        ddl("CREATE POLICY p ON items USING (true)", "COMMENT ON POLICY p ON items IS 'b'"),
    ),
}

_SINCE = {"CHECK NOT ENFORCED": 18}
_FAMILIES = {
    "tables": TABLES,
    "columns": COLUMNS,
    "indexes": INDEXES,
    "constraints": CONSTRAINTS,
    "security": SECURITY,
    "others": OTHERS,
}


def _kinds() -> Iterator[Kind]:
    for family, kinds in _FAMILIES.items():
        for name, states in kinds.items():
            one, two = (*states, None)[:2]
            assert one
            yield Kind(family, name, one, two, _SINCE.get(name, 15))


KINDS = list(_kinds())
