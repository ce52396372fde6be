"""Each query reads what it asks for, however much surrounds it: docs/_generate/served.py."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from docs._generate import asked, plans, volume
from docs._generate.explained import Plan
from docs._generate.plans import OWNER
from docs._generate.served import (
    CONVERSATION,
    LIKE,
    MESSAGE,
    MESSAGES,
    PAGE,
    SERVED,
    TASK,
)
from docs._generate.uses import USES
from docs._generate.volume import LARGE, MEDIUM, SMALL, Size
from migrator.embedded import Server
from migrator.sandbox import sandbox
from models import metadata
from tests.conftest import ROOT

OURS = {table.name for table in metadata.sorted_tables if not table.info.get("external")}
PAGES = [name for name, served in SERVED.items() if set(served.indexes) >= PAGE]


class Volume:
    """A superuser's engine on the data, and a connection of it."""

    def __init__(self, engine: sa.Engine, connection: sa.Connection) -> None:
        self.engine = engine
        self.connection = connection

    def plans(self, name: str, role: str) -> list[Plan]:
        return plans.of(self.engine, self.connection, name, role, analyze=True)


@contextmanager
def filled(server: Server, template: str, size: Size, *, analyze: bool = True) -> Iterator[Volume]:
    with sandbox(server.url(), prefix="volume", template=template) as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            volume.fill(connection, size, analyze=analyze)
            yield Volume(engine, connection)


@pytest.fixture(
    scope="module", params=[SMALL, MEDIUM, LARGE], ids=lambda size: f"{size.messages} messages"
)
def full(request: pytest.FixtureRequest, server: Server, head_template: str) -> Iterator[Volume]:
    with filled(server, head_template, request.param) as found:
        yield found


@pytest.fixture(scope="module")
def medium(server: Server, head_template: str) -> Iterator[Volume]:
    with filled(server, head_template, MEDIUM) as found:
        yield found


@pytest.fixture(scope="module")
def unknown(server: Server, head_template: str) -> Iterator[Volume]:
    """Just loaded: nothing is known of the tables but how long they are."""
    with filled(server, head_template, LARGE, analyze=False) as found:
        yield found


def alike(indexes: Collection[str]) -> set[str]:
    return {LIKE.get(index, index) for index in indexes}


def test_every_query_has_its_line() -> None:
    assert sorted(SERVED) == list(asked.functions())


@pytest.mark.parametrize("runs", ["owner", "role"])
@pytest.mark.parametrize("name", SERVED)
def test_a_query_reads_no_more_than_it_may(name: str, runs: str, full: Volume) -> None:
    served = SERVED[name]
    role = OWNER if runs == "owner" else served.role
    first, *others = full.plans(name, role)
    assert not (first.scanned & OURS), first.outline()
    assert first.buffers <= served.buffers, first.outline()
    assert alike(served.by(role)) <= alike(first.indexes), first.outline()
    for settling in others:
        assert not (settling.scanned & OURS), settling.outline()
        assert settling.indexes <= CONVERSATION | MESSAGE | TASK, settling.outline()
        assert settling.buffers <= 40, settling.outline()


@pytest.mark.parametrize("name", SERVED)
def test_without_statistics_no_query_reads_a_table(name: str, unknown: Volume) -> None:
    served = SERVED[name]
    first = unknown.plans(name, served.role)[0]
    assert not (first.scanned & OURS), first.outline()
    if name not in PAGES:
        assert first.buffers <= served.buffers, first.outline()


def test_without_statistics_a_page_costs_its_conversation(unknown: Volume) -> None:
    found = unknown.plans("messages.latest", "app_user")[0]
    assert found.indexes == MESSAGES
    assert SERVED["messages.latest"].buffers < found.buffers < 500


def test_a_plain_index_for_the_purge_would_serve_pages_badly(medium: Volume) -> None:
    """ADR 0009: what NULLS FIRST is for. With it the same page is within its bound, as above."""
    with medium.connection.begin():
        for statement in (
            "DROP INDEX ix_messages_created_at",
            "CREATE INDEX ix_messages_created_at ON messages (created_at)",
        ):
            medium.connection.exec_driver_sql(statement)
    found = medium.plans("messages.latest", "app_user")[0]
    assert found.indexes == {"ix_messages_created_at"}
    assert found.buffers > 10 * SERVED["messages.latest"].buffers


def test_every_index_is_of_use_to_a_query() -> None:
    used = {index for one in SERVED.values() for index in (*one.indexes, *one.under_policies)}
    conflicts = {"pk_conversations"}  # where conversations.create finds that it was sent before
    assert used | conflicts == {use.index for use in USES}


def test_every_foreign_key_has_a_leading_index(full: Volume) -> None:
    """Which a delete of what it points at goes by."""
    keys = full.connection.exec_driver_sql(
        "SELECT k.conname, EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = k.conrelid"
        " AND i.indisvalid AND i.indpred IS NULL"
        " AND (i.indkey::int2[])[0 : cardinality(k.conkey) - 1] @> k.conkey)"
        " FROM pg_constraint AS k WHERE k.contype = 'f'"
        " AND k.conrelid IN ('tasks'::regclass, 'conversations'::regclass, 'messages'::regclass)"
    ).all()
    full.connection.rollback()
    assert len(keys) == 3
    assert [name for name, indexed in keys if not indexed] == []


def test_the_page_says_what_the_planner_does(server: Server, head_template: str) -> None:
    written = (ROOT / "docs" / "plans.md").read_text()
    assert [line[3:] for line in written.splitlines() if line.startswith("## ")][1:] == list(SERVED)
    with filled(server, head_template, MEDIUM) as found:
        rendered = plans.page(found.engine)
        major = found.connection.exec_driver_sql("SHOW server_version").scalar_one()[:2]
    if major == "18":  # others plan some of them otherwise, within the same bounds
        assert rendered == written
