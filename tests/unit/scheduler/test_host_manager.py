"""The picture of the cloud: what is read, what is remembered, what is forgotten."""

import datetime
import logging
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.scheduler.cases import configured
from tests.unit.scheduler.factories import make_host_state, make_request
from tests.unit.scheduler.recording import recording
from tracenova import context, exception, objects
from tracenova.scheduler import host_manager
from tracenova.scheduler.host_state import HostState

NOW = datetime.datetime(2016, 10, 6, 12, tzinfo=datetime.UTC)
ADMIN = context.get_admin_context()


def _compute(host: str = "compute1", **values: Any) -> Any:
    row = {
        "uuid": str(uuid.UUID(int=1)),
        "host": host,
        "hypervisor_hostname": host,
        "host_ip": "10.0.0.1",
        "free_disk_gb": 100,
        "disk_available_least": None,
        "local_gb": 200,
        "local_gb_used": 100,
        "memory_mb": 4096,
        "free_ram_mb": 3584,
        "vcpus": 4,
        "vcpus_used": 0,
        "hypervisor_type": "QEMU",
        "hypervisor_version": 2008000,
        "cpu_info": None,
        "supported_hv_specs": [],
        "stats": {"num_instances": "2", "io_workload": "1"},
        "metrics": None,
        "numa_topology": None,
        "pci_device_pools": None,
        "cpu_allocation_ratio": 16.0,
        "ram_allocation_ratio": 1.5,
        "disk_allocation_ratio": 1.0,
        "updated_at": NOW,
    }
    return objects.ComputeNode(**{**row, **values})


def _instance(number: int, host: str = "compute1") -> Any:
    return SimpleNamespace(uuid=str(uuid.UUID(int=number)), host=host)


class Cloud:
    """The database's side: what the object lists answer, and how often."""

    def __init__(self) -> None:
        self.computes = [_compute()]
        self.services: list[Any] = [{"host": "compute1", "disabled": False}]
        self.aggregates: list[Any] = []
        self.instances: list[Any] = []
        self.by_host = 0

    def get_by_host(self, context: Any, host: str) -> Any:
        """Count, and return the host's instances."""
        self.by_host += 1
        return _List([i for i in self.instances if i.host == host])


class _List(list[Any]):
    @property
    def objects(self) -> "_List":
        return self


class _Service(dict[str, Any]):
    @property
    def host(self) -> Any:
        return self["host"]


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A cloud of one host whose database is a list."""
    cloud = Cloud()
    lists = {
        "ServiceList": SimpleNamespace(
            get_by_binary=lambda ctxt, binary, include_disabled: [
                _Service(service) for service in cloud.services
            ]
        ),
        "ComputeNodeList": SimpleNamespace(get_all=lambda ctxt: cloud.computes),
        "InstanceList": SimpleNamespace(
            get_by_host=cloud.get_by_host,
            get_by_filters=lambda ctxt, filters: _List(cloud.instances),
        ),
    }
    for name, fake in lists.items():
        monkeypatch.setattr(objects, name, fake, raising=False)
    monkeypatch.setattr(
        objects.AggregateList, "get_all", lambda ctxt: list(cloud.aggregates)
    )
    settings = {"scheduler_tracks_instance_changes": False}
    with configured({"options": settings, "weighers": None}):
        yield cloud


def _states(manager: host_manager.HostManager) -> list[HostState]:
    return manager.get_all_host_states(ADMIN)


def test_a_host_state_is_computed_from_the_compute_node(cloud: Cloud) -> None:
    """MB from GB, counts from stats, free memory as it stands."""
    (state,) = _states(host_manager.HostManager())
    assert (state.free_ram_mb, state.total_usable_ram_mb) == (3584, 4096)
    assert (state.free_disk_mb, state.disk_mb_used) == (102400, 102400)
    assert (state.num_instances, state.num_io_ops) == (2, 1)
    assert state.service["disabled"] is False


def test_the_smaller_of_free_and_really_available_disk_counts(cloud: Cloud) -> None:
    """disk_available_least: what images may still grow to is taken off."""
    cloud.computes = [_compute(disk_available_least=7)]
    (state,) = _states(host_manager.HostManager())
    assert state.free_disk_mb == 7 * 1024


def test_a_node_that_has_not_reported_yet_is_empty(cloud: Cloud) -> None:
    """free_disk_gb None: the row is ignored."""
    cloud.computes = [_compute(free_disk_gb=None)]
    (state,) = _states(host_manager.HostManager())
    assert state.total_usable_ram_mb == 0


def test_host_states_live_on_between_requests(cloud: Cloud) -> None:
    """The same object, limits and all, comes back."""
    manager = host_manager.HostManager()
    (first,) = _states(manager)
    first.limits["memory_mb"] = 1.0
    (second,) = _states(manager)
    assert second is first
    assert second.limits == {"memory_mb": 1.0}


def test_what_was_promised_stays_until_the_compute_reports(cloud: Cloud) -> None:
    """A state younger than its row keeps its own numbers."""
    manager = host_manager.HostManager()
    (state,) = _states(manager)
    state.consume_from_request(make_request())
    assert _states(manager)[0].free_ram_mb == 3584 - 2048
    cloud.computes = [
        _compute(updated_at=datetime.datetime.max.replace(tzinfo=datetime.UTC))
    ]
    assert _states(manager)[0].free_ram_mb == 3584


def test_consuming_takes_everything_but_swap() -> None:
    """Memory, root and ephemeral disk, vcpus; one instance and one operation more."""
    state = make_host_state(num_instances=1)
    state.consume_from_request(make_request({"ephemeral_gb": 10, "swap": 512}))
    assert state.free_ram_mb == 30 * 1024
    assert state.free_disk_mb == 170 * 1024
    assert (state.vcpus_used, state.num_instances, state.num_io_ops) == (1, 2, 1)
    assert state.updated is not None


def test_a_failure_to_consume_is_only_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The claim on the compute will tell."""
    state = make_host_state(free_ram_mb=None)
    state.consume_from_request(make_request())
    assert "failed to consume" in caplog.text
    assert state.updated is None


def test_a_node_without_service_is_passed_over(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    """WARNING, and the host is no candidate."""
    cloud.services = []
    assert _states(host_manager.HostManager()) == []
    assert "No compute service record found for host compute1" in caplog.text


def test_a_node_that_is_gone_is_forgotten(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    """INFO: Removing dead compute node."""
    manager = host_manager.HostManager()
    _states(manager)
    cloud.computes = []
    with caplog.at_level(logging.INFO):
        assert _states(manager) == []
    assert "Removing dead compute node compute1:compute1" in caplog.text


def test_aggregates_follow_the_news(cloud: Cloud) -> None:
    """Read once; then update_aggregates and delete_aggregate keep them right."""
    fast: Any = SimpleNamespace(id=1, hosts=["compute1"], metadata={"ssd": "true"})
    cloud.aggregates = [fast]
    manager = host_manager.HostManager()
    assert _states(manager)[0].aggregates == [fast]
    moved: Any = SimpleNamespace(id=1, hosts=["compute2"], metadata={})
    manager.update_aggregates([moved])
    assert _states(manager)[0].aggregates == []
    manager.update_aggregates([fast])
    manager.delete_aggregate(fast)
    assert _states(manager)[0].aggregates == []


def test_a_silent_host_is_looked_up_at_every_request(cloud: Cloud) -> None:
    """Unknown or unconfirmed instances: InstanceList.get_by_host."""
    cloud.instances = [_instance(1)]
    manager = host_manager.HostManager()
    _states(manager)
    assert set(_states(manager)[0].instances) == {cloud.instances[0].uuid}
    assert cloud.by_host == 2


def test_a_host_that_speaks_is_remembered(cloud: Cloud) -> None:
    """First word of an unknown host: read anew; the second confirms."""
    manager = host_manager.HostManager()
    manager.update_instance_info(ADMIN, "compute1", _List([_instance(1)]))  # type: ignore[arg-type]
    manager.update_instance_info(ADMIN, "compute1", _List([_instance(2)]))  # type: ignore[arg-type]
    cloud.by_host = 0
    assert set(_states(manager)[0].instances) == {_instance(2).uuid}
    assert cloud.by_host == 0
    manager.delete_instance_info(ADMIN, "compute1", _instance(2).uuid)
    assert _states(manager)[0].instances == {}


def test_a_full_list_is_believed_at_once(cloud: Cloud) -> None:
    """More than one instance from an unknown host is its whole list."""
    manager = host_manager.HostManager()
    both = _List([_instance(1), _instance(2)])
    manager.update_instance_info(ADMIN, "compute1", both)  # type: ignore[arg-type]
    assert len(_states(manager)[0].instances) == 2
    assert cloud.by_host == 0


def test_a_sync_that_does_not_match_reads_anew(cloud: Cloud) -> None:
    """sync_instance_info: equal confirms, unequal recreates."""
    cloud.instances = [_instance(1), _instance(2)]
    manager = host_manager.HostManager()
    manager.sync_instance_info(ADMIN, "compute1", [])
    manager.sync_instance_info(ADMIN, "compute1", [_instance(1).uuid])
    manager.sync_instance_info(
        ADMIN, "compute1", [instance.uuid for instance in cloud.instances]
    )
    assert cloud.by_host == 2
    assert len(_states(manager)[0].instances) == 2
    assert cloud.by_host == 2


def test_an_unknown_filter_is_named() -> None:
    """SchedulerHostFilterNotFound, with every name that is wrong."""
    settings = {"default_filters": ["RamFilter", "MoonFilter"]}
    with (
        configured({"options": settings, "weighers": None}),
        pytest.raises(exception.SchedulerHostFilterNotFound, match="MoonFilter"),
    ):
        _WithoutDatabase()


class _WithoutDatabase(host_manager.HostManager):
    def _init_aggregates(self) -> None:
        pass

    def _init_instance_info(self) -> None:
        pass


def test_a_forced_host_meets_no_filter() -> None:
    """force_hosts: not even ComputeFilter runs, and case does not matter."""
    dead = make_host_state(service={"disabled": True})
    with configured({"options": {}, "weighers": None}):
        manager = _WithoutDatabase()
        request = make_request(force_hosts=["COMPUTE1"])
        assert manager.get_filtered_hosts([dead], request) == [dead]
        assert manager.get_filtered_hosts([], request) == []


def test_a_forced_host_that_is_nowhere_leaves_nobody_unasked() -> None:
    """Nova returns [] without running its filters: a NoValidHost without a refusal."""
    with configured({"options": {}, "weighers": None}), recording() as backend:
        manager = _WithoutDatabase()
        for request in (
            make_request(force_hosts=["moon"]),
            make_request(force_nodes=["moon"]),
        ):
            assert manager.get_filtered_hosts([make_host_state()], request) == []
        assert backend.named("filter") == []
        hints = {"_nova_check_type": ["rebuild"]}  # then the chain meets nobody
        request = make_request(force_hosts=["moon"], scheduler_hints=hints)
        assert manager.get_filtered_hosts([make_host_state()], request) == []
        assert [run.name for run in backend.seen] == ["filter RetryFilter"]


def test_a_check_of_a_forced_host_does_meet_the_filters() -> None:
    """_nova_check_type: a rebuild asks the rules that concern it."""
    busy = make_host_state(free_ram_mb=-99999, service={"disabled": True})
    hints = {"_nova_check_type": ["rebuild"]}
    with configured({"options": {}, "weighers": None}):
        manager = _WithoutDatabase()
        request = make_request(force_hosts=["compute1"], scheduler_hints=hints)
        assert manager.get_filtered_hosts([busy], request) == [busy]


def test_ignored_hosts_are_no_candidates() -> None:
    """ignore_hosts, whatever the case; nobody left is an empty list."""
    with configured({"options": {}, "weighers": None}):
        manager = _WithoutDatabase()
        request = make_request(ignore_hosts=["Compute1"])
        assert manager.get_filtered_hosts([make_host_state()], request) == []
