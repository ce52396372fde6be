"""What the rehearsals of tests/reversal use."""

from tests.reversal.conftest import place, steps

__all__ = ["place", "steps"]
