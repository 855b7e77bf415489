"""Versions of the question to the scheduler."""

from typing import Any

import pytest

from tests.unit.fake_rpc import FakeRpc
from tracenova.scheduler import rpcapi


class FakeSpec:
    """A RequestSpec that can become the two old dictionaries."""

    def to_legacy_request_spec_dict(self) -> dict[str, str]:
        """Return the first of them."""
        return {"old": "request spec"}

    def to_legacy_filter_properties_dict(self) -> dict[str, str]:
        """Return the second."""
        return {"old": "filter properties"}


@pytest.mark.parametrize("cap", [None, "4.3"])
def test_a_new_scheduler_gets_the_object(fake_rpc: FakeRpc, cap: str | None) -> None:
    """Rule: 4.3 sends a RequestSpec."""
    fake_rpc.cap = cap
    spec = FakeSpec()
    rpcapi.SchedulerAPI().select_destinations(None, spec)  # type: ignore[arg-type]
    (message,) = fake_rpc.messages
    assert (message.kind, message.version) == ("call", "4.3")
    assert message.kwargs == {"spec_obj": spec}


def test_an_old_scheduler_gets_two_dictionaries(fake_rpc: FakeRpc) -> None:
    """Rule: capped below 4.3, version 4.0 with request_spec and filter_properties."""
    fake_rpc.cap = "4.2"
    rpcapi.SchedulerAPI().select_destinations(None, FakeSpec())  # type: ignore[arg-type]
    (message,) = fake_rpc.messages
    assert (message.kind, message.version) == ("call", "4.0")
    assert message.kwargs == {
        "request_spec": {"old": "request spec"},
        "filter_properties": {"old": "filter properties"},
    }


@pytest.mark.parametrize(
    ("method", "args", "version"),
    [
        ("update_aggregates", ([],), "4.1"),
        ("delete_aggregate", (None,), "4.1"),
        ("update_instance_info", ("h", None), "4.2"),
        ("delete_instance_info", ("h", "u"), "4.2"),
        ("sync_instance_info", ("h", []), "4.2"),
    ],
)
def test_news_go_to_every_scheduler(
    fake_rpc: FakeRpc, method: str, args: tuple[Any, ...], version: str
) -> None:
    """Rule: schedulers keep state in memory, so news are casts by fanout."""
    getattr(rpcapi.SchedulerAPI(), method)(None, *args)
    (message,) = fake_rpc.messages
    assert (message.kind, message.fanout, message.version) == ("cast", True, version)
    assert message.method == method
