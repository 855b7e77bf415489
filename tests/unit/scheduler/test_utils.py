"""Attempts, forced hosts and timeouts on the way to the scheduler."""

from typing import Any

import oslo_messaging as messaging
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracenova import exception
from tracenova.scheduler import utils

MAX_ATTEMPTS = 3  # default of scheduler_max_attempts

names = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)


@given(force_hosts=names, force_nodes=names, tried=st.integers(0, 5))
def test_populate_retry_counts_unless_exactly_one_host_or_node_is_forced(
    force_hosts: list[str], force_nodes: list[str], tried: int
) -> None:
    """Rule: one forced host or node: no retry at all; else count, fail beyond the maximum."""
    properties: dict[str, Any] = {
        "force_hosts": force_hosts,
        "force_nodes": force_nodes,
    }
    if tried:
        properties["retry"] = {"num_attempts": tried, "hosts": []}
    before = {**properties, "retry": dict(properties.get("retry", {}))}
    if len(force_hosts) == 1 or len(force_nodes) == 1:
        utils.populate_retry(properties, "uuid")
        assert properties.get("retry", {}) == before["retry"]
    elif tried + 1 > MAX_ATTEMPTS:
        with pytest.raises(exception.MaxRetriesExceeded):
            utils.populate_retry(properties, "uuid")
    else:
        utils.populate_retry(properties, "uuid")
        assert properties["retry"]["num_attempts"] == tried + 1


def test_the_last_attempt_too_many_tells_the_last_reason() -> None:
    """Rule: the fault that users read holds count, server and the last exception."""
    retry = {
        "num_attempts": 3,
        "hosts": [["h", "n"]],
        "exc_reason": "boom",
        "exc": ["x"],
    }
    with pytest.raises(exception.MaxRetriesExceeded) as caught:
        utils.populate_retry({"retry": retry}, "u-1")
    assert caught.value.format_message() == (
        "Exceeded maximum number of retries. Exceeded max scheduling attempts 3 for "
        "instance u-1. Last exception: boom"
    )
    assert "exc_reason" not in retry


def test_the_host_of_the_last_error_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Rule: with an exception and a tried host, the conductor logs both as an error."""
    retry = {"num_attempts": 1, "hosts": [["h1", "n1"]], "exc": "disk is full"}
    utils.populate_retry({"retry": retry}, "u-1")
    assert "error from last host: h1 (node n1): disk is full" in caplog.text


@pytest.mark.parametrize(
    ("host", "node", "expected"),
    [
        (None, None, {}),
        ("h", None, {"force_hosts": ["h"]}),
        (None, "n", {"force_nodes": ["n"]}),
        ("h", "n", {"force_hosts": ["h"], "force_nodes": ["n"]}),
    ],
)
def test_filter_properties_hold_forced_places_only_when_given(
    host: str | None, node: str | None, expected: dict[str, Any]
) -> None:
    """Rule: force_hosts and force_nodes are absent, not empty, without a wish."""
    built = utils.build_filter_properties({"group": "g"}, host, node, "flavor")
    assert built == {
        "scheduler_hints": {"group": "g"},
        "instance_type": "flavor",
        **expected,
    }


@pytest.mark.parametrize("forced", [False, True])
def test_a_forced_host_gets_no_limits(forced: bool) -> None:
    """Rule: limits are what the filters allowed; a forced host ran no filter."""
    chosen = {"host": "h", "nodename": "n", "limits": {"memory_mb": 1}}
    properties: dict[str, Any] = {"retry": {"num_attempts": 1, "hosts": [["g", "m"]]}}
    if forced:
        properties["force_hosts"] = ["h"]
    utils.populate_filter_properties(properties, chosen)
    assert properties["retry"]["hosts"] == [["g", "m"], ["h", "n"]]
    assert properties.get("limits") == (None if forced else {"memory_mb": 1})


@pytest.mark.parametrize(("retries", "timeouts"), [(0, 1), (2, 2), (2, 3), (1, 0)])
def test_retry_on_timeout_asks_once_more_than_it_retries(
    retries: int, timeouts: int
) -> None:
    """Rule: the timeout after the last allowed retry is raised to the caller."""
    calls = []

    @utils.retry_on_timeout(retries)
    def ask() -> str:
        calls.append(1)
        if len(calls) <= timeouts:
            raise messaging.MessagingTimeout
        return "answer"

    if timeouts > retries:
        with pytest.raises(messaging.MessagingTimeout):
            ask()
        assert len(calls) == retries + 1
    else:
        assert ask() == "answer"
        assert len(calls) == timeouts + 1


def test_select_destinations_is_asked_three_times_by_default() -> None:
    """Rule: scheduler_max_attempts - 1 = 2 retries; other errors are not retried."""
    calls = []

    @utils.retry_select_destinations
    def ask(error: Exception) -> None:
        calls.append(1)
        raise error

    with pytest.raises(messaging.MessagingTimeout):
        ask(messaging.MessagingTimeout())
    assert len(calls) == 3
    with pytest.raises(exception.NoValidHost):
        ask(exception.NoValidHost(reason=""))
    assert len(calls) == 4
