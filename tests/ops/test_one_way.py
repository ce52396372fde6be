"""A downgrade that cannot be."""

import pytest

from migrator import errors
from tests.ops.conftest import Lab

REASON = "drops it's 100% of notes.body; restore it from a backup"


def test_refuses_with_its_reason(notes: Lab) -> None:
    head = notes.revise("pass", f'ops.irreversible("{REASON}")')
    notes.upgrade()
    with pytest.raises(errors.Refused) as refused:
        notes.downgrade()
    assert str(refused.value).splitlines() == [
        f"error: this revision cannot be undone: {REASON}",
        "hint: nothing was changed; a new revision can make good what this one did",
    ]
    assert notes.psql(f"base:{head}") == ""
    said = notes.psql(f"{head}:base", "downgrade")
    assert f"ERROR:  this revision cannot be undone: {REASON}\n" in said
    assert "HINT:  nothing was changed; a new revision can make good what this one did\n" in said
