"""Registers the marker of tests that run Better Auth itself."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "node: needs Node.js 20 and `npm ci` in tests/better_auth")
