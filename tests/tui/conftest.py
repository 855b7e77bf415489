"""Screens and terminals on a machine that does other things: time enough for each."""

from pathlib import Path

import pytest

_ENOUGH_S = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test take long that waits for a process of its own; most take a second."""
    for item in items:
        here = Path(__file__).parent in item.path.parents
        if here and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_ENOUGH_S))
