"""The user's own rule, in JSON."""

from typing import Any

import pytest
from oslo_serialization import jsonutils

from tests.unit.scheduler.factories import make_host_state, make_request
from tracenova.scheduler.filters.json_filter import JsonFilter


def _passes(query: Any) -> bool:
    hints = {"query": [jsonutils.dumps(query)]}
    state = make_host_state(stats={"a": 1}, free_ram_mb=2048)
    request = make_request(scheduler_hints=hints)
    return bool(JsonFilter().host_passes(state, request))


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        (["=", "$free_ram_mb", 2048], True),
        (["<", "$free_ram_mb", 4096, 8192], True),
        (["<", "$free_ram_mb", 4096, 1024], False),
        (["in", "$free_ram_mb", 1024, 2048], True),
        (["=", "$stats.a", 1], True),
        (["=", "$stats.nothing", 1], False),
        (["and", [">", "$vcpus_total", 1], ["not", ["=", 1, 2]]], True),
        (["or", ["=", 1, 2], ["=", 2, 2]], True),
        (["not", True, False], True),
        (["=", 1], False),
        (["<", 5, "text"], True),
        ([">", 5, "text"], False),
        ([], True),
    ],
)
def test_the_query_decides(query: Any, passes: bool) -> None:
    """Every operator; unlike values are ordered as Nova's Python ordered them."""
    assert _passes(query) is passes


def test_an_unknown_operator_is_an_error() -> None:
    """As in Nova the error goes up."""
    with pytest.raises(KeyError):
        _passes(["moon", 1])
