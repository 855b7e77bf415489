"""The scheduler's endpoint: old senders, results that can travel, news."""

from types import SimpleNamespace
from typing import Any

import oslo_messaging as messaging
import pytest

from tests.unit.scheduler.cases import configured
from tracenova import context, exception, objects
from tracenova.scheduler import manager

ADMIN = context.get_admin_context()


class Driver:
    """Answers with one host, or with an error; notes what it hears."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.error: Exception | None = None
        self.limits = {"memory_mb": 1.5}
        self.host_manager = SimpleNamespace()

    def select_destinations(self, ctxt: Any, spec_obj: Any) -> Any:
        """Answer."""
        self.asked.append(spec_obj)
        if self.error:
            raise self.error
        return [{"host": "h", "nodename": "n", "limits": self.limits}]


@pytest.fixture
def scheduler() -> Any:
    """A manager whose driver is a stub."""
    made = object.__new__(manager.SchedulerManager)
    made.driver = Driver()
    return made


def test_the_result_is_a_copy(scheduler: Any) -> None:
    """limits belong to a live host state; what travels must not."""
    (dest,) = scheduler.select_destinations(ADMIN, spec_obj="spec")
    assert dest == {"host": "h", "nodename": "n", "limits": {"memory_mb": 1.5}}
    assert dest["limits"] is not scheduler.driver.limits


def test_old_senders_describe_the_request_by_dictionaries(
    scheduler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 4.3: request_spec and filter_properties."""
    monkeypatch.setattr(
        objects.RequestSpec,
        "from_primitives",
        lambda ctxt, spec, properties: ("made of", spec, properties),
    )
    scheduler.select_destinations(ADMIN, {"a": 1}, {"b": 2})
    assert scheduler.driver.asked == [("made of", {"a": 1}, {"b": 2})]


def test_no_valid_host_is_expected(scheduler: Any) -> None:
    """The server does not log it as an error; the caller gets it."""
    scheduler.driver.error = exception.NoValidHost(reason="full")
    with pytest.raises(messaging.ExpectedException) as caught:
        scheduler.select_destinations(ADMIN, spec_obj="spec")
    assert isinstance(caught.value.exc_info[1], exception.NoValidHost)


def test_it_speaks_version_4_3() -> None:
    """The endpoint's version in Newton."""
    assert manager.SchedulerManager.target.version == "4.3"


def test_an_unknown_driver_is_named() -> None:
    """One clear line, with what is known."""
    with (
        configured({"options": {}, "weighers": None}),
        pytest.raises(RuntimeError, match=r"'moon'.*Known: filter_scheduler"),
    ):
        manager.SchedulerManager("moon")
