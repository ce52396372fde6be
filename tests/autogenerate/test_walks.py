"""A few random walks; `make bench ARGS=walks` makes many."""

from hypothesis import HealthCheck, Phase, given, settings

from tests.autogenerate.conftest import Copies
from tests.autogenerate.walks import Choice, walk, walks


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(choices=walks)
def test_there_and_back(copies: Copies, choices: list[Choice]) -> None:
    with copies() as lab:
        walk(choices, lab)
