"""Statements out of a file, and out of an application at work."""

from pathlib import Path

import sqlalchemy as sa

from migrator.embedded import Server
from migrator.review.compatibility import Statement, read, recording, rehearse
from migrator.review.reversal import Place
from migrator.review.reversal.steps import Worker
from tests.reversal.projects import write


def test_a_file_is_read_with_its_roles(tmp_path: Path) -> None:
    file = tmp_path / "probe.sql"
    file.write_text("SELECT 1;\nSET ROLE app;\nSELECT 2;\nRESET ROLE;\nSELECT 3;\n")
    assert [one.text.rstrip(";") for one in read(file.read_text())] == [
        "SELECT 1",
        "SET ROLE app;\nSELECT 2",
        "SET ROLE app;\nRESET ROLE;\nSELECT 3",
    ]


def test_an_application_is_recorded(server: Server) -> None:
    engine = sa.create_engine(server.url(), poolclass=sa.NullPool)
    with recording(engine) as sent, engine.connect() as connection:
        for number in (1, 1, 2):
            connection.execute(
                sa.text("SELECT :text || :number"), {"text": "a'b", "number": number}
            )
    assert [one.text for one in sent] == [
        "SELECT 'a''b' || 1",
        "SELECT 'a''b' || 2",
    ]


def test_only_the_given_statements_are_tried(place: Place, steps: Worker, tmp_path: Path) -> None:
    ini = write(tmp_path, "", "ALTER TABLE people DROP COLUMN span, DROP COLUMN rate")
    given = [Statement("SELECT span FROM people"), Statement("SELECT id FROM people")]
    found = rehearse(ini, "0001", "0002", place=place, worker=steps, probes=given)
    assert [one.statement for one in found] == given[:1]
    assert found[0].after.failed is not None
    assert found[0].after.failed.sqlstate == "42703"
