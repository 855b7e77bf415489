"""``tracenova bench``."""

import json

from tests.functional.cli.runner import here


def test_it_times_boots_and_calls() -> None:
    """Figures as data, each above zero; none of them is judged."""
    ended = here("bench", "--boots", "1", "--json")
    assert ended.code == 0, ended.err
    figures = json.loads(ended.out)
    assert set(figures) == {
        *("active_ms", "active_cpu_ms", "traced_active_ms", "traced_active_cpu_ms"),
        *("tracing_ratio", "tracing_cpu_ratio", "call_ms"),
    }
    assert min(figures.values()) > 0


def test_an_unknown_lab_or_flavor_is_named() -> None:
    """Exit 2 and one line."""
    assert here("bench", "--lab", "nowhere").code == 2
    ended = here("bench", "--flavor", "nothing")
    assert ended.code == 2
    assert "nothing" in ended.err


def test_a_bus_that_is_not_there() -> None:
    """Exit 3, with the way to mend it."""
    ended = here(
        "bench", "--boots", "1", "--transport-url", "redis://127.0.0.1:1/0", "--json"
    )
    assert ended.code == 3
    assert "redis-server" in ended.err


def test_a_lab_without_room_for_all_says_so() -> None:
    """Exit 1 and one line, at once."""
    ended = here("bench", "--flavor", "m1.xlarge", "--boots", "1")
    assert ended.code == 1
    assert "ended in ERROR" in ended.err
