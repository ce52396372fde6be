"""Revisions of projects that know nothing of this tool, rehearsed with rows."""

from pathlib import Path

import pytest

from migrator.embedded import Server
from migrator.errors import MigratorError
from migrator.preflight.modes import Mode
from migrator.review.database import conninfo
from migrator.review.rehearsal import Rehearsal
from migrator.review.reversal import Place, worker
from migrator.review.revisions import Source, rehearse_revisions
from migrator.sandbox import sandbox
from tests.review.projects import ASYNC, CREATE, PLAIN, make

T = "public.t"


@pytest.fixture
def rehearse_project(server: Server, tmp_path: Path) -> "Rehearse":
    return Rehearse(server, tmp_path)


class Rehearse:
    """Rehearses a project made of the bodies of `upgrade` and `downgrade` of its revisions."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._place, self._folder = Place(server.url()), folder

    def __call__(
        self,
        *bodies: tuple[str, str],
        env: str = PLAIN,
        source: Source | None = None,
        lower: str = "1",
        interfere: bool = False,
    ) -> list[Rehearsal]:
        ini = make(self._folder, env, [CREATE, *bodies])
        source = source or Source(rows=100)
        return rehearse_revisions(ini, lower, "head", self._place, source, interfere=interfere)


@pytest.mark.parametrize("env", [PLAIN, ASYNC], ids=["sync", "async"])
def test_each_statement_with_its_line(rehearse_project: Rehearse, env: str) -> None:
    upgrade = (
        'op.execute("ALTER TABLE t ADD CHECK (a <> 1::text)")\n'
        'op.get_bind().execute(sa.text("UPDATE t SET a = :a").bindparams(a="50%"))'
    )
    downgrade = 'op.execute("ALTER TABLE t DROP a")'
    up, down = rehearse_project((upgrade, downgrade), env=env, source=Source(rows=400))
    assert (up.revision, up.before_revision, up.downgrade) == ("2", "1", False)
    assert (down.revision, down.downgrade) == ("2", True)
    assert Path(up.file or "").name == "2_.py"
    check, update = up.statements
    assert [one.line for one in up.statements] == [8, 9]
    assert {lock.mode for lock in check.locks if lock.relation == T} == {Mode.ACCESS_EXCLUSIVE}
    assert check.read == {T: 400}
    assert update.written[T].updated == 400
    assert update.transaction == check.transaction
    assert [one.read for one in up.smaller] == [{T: 100}, {T: 100}]
    assert "public.t.a" in [change.object for change in down.statements[0].changes]


@pytest.mark.parametrize("env", [PLAIN, ASYNC], ids=["sync", "async"])
def test_an_autocommit_block(rehearse_project: Rehearse, env: str) -> None:
    upgrade = (
        'op.execute("ALTER TABLE t ADD b int")\n'
        "with op.get_context().autocommit_block():\n"
        '    op.create_index("i", "t", ["a"], postgresql_concurrently=True)\n'
        '    op.execute("ALTER TABLE t ADD c int")'
    )
    up, _ = rehearse_project((upgrade, 'op.execute("DROP INDEX i")'), env=env)
    added, indexed, alone = up.statements
    assert not added.sampled
    assert indexed.sampled
    assert [(lock.relation, lock.mode) for lock in indexed.locks] == [
        (T, Mode.SHARE_UPDATE_EXCLUSIVE)
    ]
    assert not alone.sampled
    assert [lock.mode for lock in alone.locks] == [Mode.ACCESS_EXCLUSIVE]
    assert len({one.transaction for one in up.statements}) == 3


def test_what_generated_rows_have_stopped_does_not_end_the_review(
    rehearse_project: Rehearse,
) -> None:
    unique = (
        'op.execute("UPDATE t SET a = \'x\'")\nop.execute("ALTER TABLE t ADD UNIQUE (a)")',
        "op.execute('ALTER TABLE t DROP CONSTRAINT t_a_key')",
    )
    stopped, after, *_ = rehearse_project(unique, ("op.execute('ALTER TABLE t ADD b int')", ""))
    assert stopped.failed is not None
    assert stopped.failed.failure is not None
    assert stopped.failed.failure.sqlstate == "23505"
    assert stopped.failed.without_rows is not None
    assert stopped.failed.without_rows.built == ("public.t_a_key",)
    assert after.failure is None


def test_rows_from_before_a_constraint_are_made_anew(rehearse_project: Rehearse) -> None:
    not_valid = "op.execute('ALTER TABLE t ADD CONSTRAINT c CHECK (id > 1000) NOT VALID')"
    validate = "op.execute('ALTER TABLE t VALIDATE CONSTRAINT c')"
    _, up, *_ = rehearse_project((not_valid, ""), (validate, ""))
    assert up.failure is None
    assert up.statements[0].read == {T: 100}


def test_a_downgrade_that_rows_forbid_is_gone_on_from(rehearse_project: Rehearse) -> None:
    raises = "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE 'rows'; END IF; END $$"
    add = "op.execute('ALTER TABLE t ADD {} int')"
    *_, last, first = rehearse_project(
        (add.format("b"), "op.execute('ALTER TABLE t DROP b')"),
        (add.format("c"), f'op.execute("{raises}")'),
    )
    assert (last.revision, last.downgrade) == ("3", True)
    assert last.failure is not None
    assert last.failure.sqlstate == "P0001"
    assert (first.revision, first.downgrade, first.failure) == ("2", True, None)


def test_an_error_of_python_s(rehearse_project: Rehearse) -> None:
    (up,) = rehearse_project(("op.execute('SELECT 1')\nraise ValueError('no way')", ""))
    assert up.failure is not None
    assert (up.failure.sqlstate, up.failure.message) == ("", "no way")
    assert up.failed is None


def test_rows_of_a_file(rehearse_project: Rehearse, tmp_path: Path) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("INSERT INTO t VALUES (1, 'x'), (2, 'y');")
    up, _ = rehearse_project(
        ("op.execute('ALTER TABLE t ALTER a SET NOT NULL')", ""), source=Source(seed=seed)
    )
    assert up.rows == {T: 2}
    assert not up.generated
    assert up.smaller == ()


def test_a_seed_is_loaded_at_the_first_revision_that_takes_it(
    rehearse_project: Rehearse, tmp_path: Path
) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("INSERT INTO t VALUES (1, 'x'), (2, 'y');")
    upgrade = "op.execute('ALTER TABLE t ADD b int')"
    first, second, *_ = rehearse_project((upgrade, ""), source=Source(seed=seed), lower="base")
    assert first.rows == {}
    assert second.rows == {T: 2}


def test_a_seed_that_no_revision_takes(rehearse_project: Rehearse, tmp_path: Path) -> None:
    seed = tmp_path / "seed.sql"
    seed.write_text("SELECT 1;\nINSERT INTO missing VALUES (1);")
    with pytest.raises(MigratorError) as raised:
        rehearse_project(("pass", "pass"), source=Source(seed=seed))
    assert raised.value.message.startswith(
        f'line 2 of "{seed}" could not be executed: relation "missing" does not exist'
    )


def test_who_waits(rehearse_project: Rehearse) -> None:
    upgrade = "op.execute('ALTER TABLE t ADD b int')\nop.execute('SELECT pg_sleep(0.3)')"
    up, _ = rehearse_project((upgrade, ""), interfere=True)
    assert {one.kind for one in up.statements[0].waits} == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_what_the_revision_says_of_itself(rehearse_project: Rehearse) -> None:
    up, _ = rehearse_project(("pass\n\nacknowledge = {'drop-table': 'empty'}", ""))
    assert up.acknowledge == {"drop-table": "empty"}


def test_the_interpreter_lacks_what_the_project_needs(rehearse_project: Rehearse) -> None:
    with pytest.raises(MigratorError) as raised:
        rehearse_project(("pass", ""), env="import not_there\n" + PLAIN)
    assert str(raised.value) == (
        "error: the throwaway database could not be brought to its start: upgrade 1 failed\n"
        "detail: No module named 'not_there'\n"
        "hint: begin with a revision that runs in an empty database, or give --dump"
    )


def test_an_engine_with_a_creator_of_its_own_is_refused(
    rehearse_project: Rehearse, server: Server
) -> None:
    creator = f"lambda: psycopg.connect({conninfo(server.url())!r})"
    env = "import psycopg\n" + PLAIN.replace('/live")', f'/live", creator={creator})')
    with pytest.raises(MigratorError) as raised:
        rehearse_project(("pass", ""), env=env)
    assert raised.value.detail == "env.py connects to a database that is not the throwaway one"


def test_nor_is_one_let_go_there_on_the_way_back(server: Server, tmp_path: Path) -> None:
    creator = f"lambda: psycopg.connect({conninfo(server.url())!r})"
    env = "import psycopg\n" + PLAIN.replace('/live")', f'/live", creator={creator})')
    ini = make(tmp_path, env, [CREATE])
    with sandbox(server.url(), prefix="creator") as url, worker() as steps:
        failed = steps.run(ini, url, "upgrade", "1").failed
    assert failed is not None
    assert failed.message == "env.py connects to a database that is not the throwaway one"


def test_no_such_revision(rehearse_project: Rehearse) -> None:
    with pytest.raises(MigratorError, match="the revisions could not be read: No such revision"):
        rehearse_project(lower="nine")
