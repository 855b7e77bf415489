"""The default driver: all or nothing, one choice an instance, news to operators."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.scheduler.cases import CaseHostManager, CaseScheduler, configured
from tests.unit.scheduler.factories import make_host_state, make_request
from tests.unit.scheduler.recording import recording
from tracenova import context, exception, objects, utils
from tracenova.trace import names

ADMIN = context.get_admin_context()
EMPTY: dict[str, Any] = {
    "filters": ["RamFilter"],
    "weighers": {"RAMWeigher": None},
    "options": {},
    "hosts": [],
    "now": "",
}


class Notifier:
    """Keeps the event types."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def info(self, context: Any, event_type: str, payload: Any) -> None:
        """Keep one."""
        assert "request_spec" in payload
        self.events.append(event_type)


@pytest.fixture
def scheduler() -> Iterator[Any]:
    """A driver with three hosts of 4, 8 and 16 GB."""
    with configured(EMPTY):
        manager = CaseHostManager(EMPTY)
        manager.states = [
            make_host_state(
                f"host{gb}", total_usable_ram_mb=gb * 1024, free_ram_mb=gb * 1024
            )
            for gb in (4, 8, 16)
        ]
        scheduler: Any = CaseScheduler(manager)
        scheduler.notifier = Notifier()
        yield scheduler


def _ask(scheduler: Any, **values: Any) -> Any:
    request = make_request(**values)
    request.to_legacy_request_spec_dict = dict  # type: ignore[method-assign]
    return scheduler.select_destinations(ADMIN, request)


def test_the_emptiest_host_is_chosen_and_limits_travel(scheduler: Any) -> None:
    """One dict an instance: host, nodename, limits for the compute's claim."""
    assert _ask(scheduler) == [
        {"host": "host16", "nodename": "host16", "limits": {"memory_mb": 24576.0}}
    ]


def test_operators_hear_of_start_and_end(scheduler: Any) -> None:
    """Legacy notifications around the choice."""
    _ask(scheduler)
    assert scheduler.notifier.events == [
        "scheduler.select_destinations.start",
        "scheduler.select_destinations.end",
    ]


def test_too_few_hosts_means_none(scheduler: Any) -> None:
    """NoValidHost; what was promised is taken back; no end notification."""
    flavor = {"memory_mb": 16 * 1024}
    with pytest.raises(exception.NoValidHost, match="not enough hosts available"):
        _ask(scheduler, flavor=flavor, num_instances=3)
    assert [state.updated for state in scheduler.host_manager.states] == [None] * 3
    assert len(scheduler.notifier.events) == 1


def test_each_instance_sees_what_the_one_before_took(scheduler: Any) -> None:
    """The choice is consumed, so the next instance may go elsewhere."""
    flavor = {"memory_mb": 10 * 1024, "root_gb": 1}
    dests = _ask(scheduler, flavor=flavor, num_instances=2)
    assert [dest["host"] for dest in dests] == ["host16", "host16"]
    assert scheduler.host_manager.states[2].free_ram_mb == -4 * 1024


def test_requests_take_turns(scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a filter's word and the promise made on it no other request chooses."""
    inside: list[int] = []
    most: list[int] = []
    schedule = scheduler._schedule

    def watched(*args: Any) -> Any:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.01)  # long enough for another thread to come in, were it let
        try:
            return schedule(*args)
        finally:
            inside.pop()

    monkeypatch.setattr(scheduler, "_schedule", watched)
    asking = [utils.spawn(_ask, scheduler) for _ in range(3)]
    for answer in asking:
        answer.result()
    assert max(most) == 1


def test_the_group_learns_each_host(scheduler: Any) -> None:
    """instance_group.hosts grows, so that anti-affinity holds within a request."""
    group = objects.InstanceGroup(policies=["affinity"], hosts=[], members=[])
    _ask(scheduler, instance_group=group)
    assert group.hosts == ["host16"]


def test_a_larger_subset_rolls_dice(
    scheduler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """scheduler_host_subset_size: one of the best n, at random."""
    offered = []

    def last(hosts: Any) -> Any:
        offered.append([host.obj.host for host in hosts])
        return hosts[-1]

    monkeypatch.setattr("tracenova.scheduler.filter_scheduler.random.choice", last)
    settings = {**EMPTY, "options": {"host_subset_size": 2}}
    with configured(settings):
        assert _ask(scheduler)[0]["host"] == "host8"
    assert offered == [["host16", "host8"]]


def test_the_choice_is_one_span(scheduler: Any) -> None:
    """Order and sums of every instance, who was taken, who had no rival."""
    flavor = {"memory_mb": 12 * 1024, "root_gb": 1}
    with recording() as backend:
        _ask(scheduler, flavor=flavor, num_instances=1)
    (span,) = backend.named("FilterScheduler._schedule")
    assert span.attributes[names.HOSTS_TOTAL] == 3
    assert span.attributes[names.WEIGHED_HOSTS] == ["host16/host16"]
    assert span.attributes[names.SINGLE_SURVIVOR] == [True]
    assert span.attributes[names.SELECTED] == ["host16/host16"]
    assert span.attributes[names.FILTERS_SKIPPED] is False
    assert backend.named("weigher") == []


def test_a_choice_that_finds_nobody_is_recorded_too(scheduler: Any) -> None:
    """The span is there with nobody selected."""
    with recording() as backend, pytest.raises(exception.NoValidHost):
        _ask(scheduler, flavor={"memory_mb": 99999})
    (span,) = backend.named("FilterScheduler._schedule")
    assert span.attributes[names.SELECTED] == []
    (run,) = backend.named("filter RamFilter")
    assert run.attributes[names.FILTER_REASONS][0] == (
        "requested 99999 MB, the host has only 4096 MB before overcommit"
    )


def test_the_options_file_reaches_filters(
    scheduler: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """scheduler_json_config_location: its content is spec_obj.config_options."""
    file = tmp_path / "options.json"
    file.write_text('{"moon": "full"}')
    options = {"json_config_location": str(file)}
    request = make_request()
    with configured({**EMPTY, "options": options}):
        scheduler._schedule(ADMIN, request)
    assert request.config_options == {"moon": "full"}


def test_chance_takes_any_living_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """ChanceScheduler: no filters, only life and ignore_hosts."""
    from tracenova.scheduler import chance

    rows = [SimpleNamespace(host="dead"), SimpleNamespace(host="alive")]
    by_topic = SimpleNamespace(get_by_topic=lambda ctxt, topic: rows)
    monkeypatch.setattr(objects, "ServiceList", by_topic, raising=False)
    driver: Any = object.__new__(chance.ChanceScheduler)
    driver.servicegroup_api = SimpleNamespace(
        service_is_up=lambda service: service.host == "alive"
    )
    assert driver.select_destinations(ADMIN, make_request()) == [
        {"host": "alive", "nodename": None, "limits": None}
    ]
    with pytest.raises(exception.NoValidHost, match="Could not find another compute"):
        driver.select_destinations(ADMIN, make_request(ignore_hosts=["alive"]))
