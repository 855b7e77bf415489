"""From the conductor's message to ACTIVE, ERROR or another host."""

import contextlib
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import IMAGE, MakeInstance
from tracenova import exception, objects, utils
from tracenova.compute import build_results, power_state, task_states, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.context import RequestContext

RETRY = {"retry": {"num_attempts": 1, "hosts": [[support.HOST, support.HOST]]}}


class Build:
    """One build on the compute, run in the test's own thread."""

    def __init__(self, compute: Any, context: RequestContext, instance: Any) -> None:
        self.compute = compute
        self.context = context
        self.instance = instance
        self.filter_properties: dict[str, Any] = {}
        self.limits: dict[str, float] = {}
        self.bdms: Any = objects.BlockDeviceMappingList(objects=[])
        self.files: list[tuple[str, str]] = []
        self.networks: Any = None

    def run(self) -> str:
        """Build, and return active, failed or rescheduled."""
        result: str = self.compute._do_build_and_run_instance(
            self.context,
            self.instance,
            dict(IMAGE),
            {},
            self.filter_properties,
            "secret",
            self.files,
            self.networks,
            ["default"],
            self.bdms,
            support.HOST,
            self.limits,
        )
        return result

    @property
    def saved(self) -> Any:
        """The server as the database has it."""
        return objects.Instance.get_by_uuid(
            self.context,
            self.instance.uuid,
            expected_attrs=["system_metadata", "fault"],
        )

    @property
    def event(self) -> Any:
        """The action's one event."""
        (action,) = objects.InstanceActionList.get_by_instance_uuid(
            self.context, self.instance.uuid
        )
        (event,) = objects.InstanceActionEventList.get_by_action(
            self.context, action.id
        )
        return event

    @property
    def fault(self) -> str | None:
        """The message of the server's last fault."""
        faults = objects.InstanceFaultList.get_by_instance_uuids(
            self.context, [self.instance.uuid]
        )
        return faults[0].message if len(faults) else None


@pytest.fixture(name="build")
def fixture_build(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> Build:
    """Return a build that is ready to run."""
    return Build(compute, context, make_instance())


def node_of(compute: Any) -> Any:
    """Return the compute's account of its resources."""
    return compute._get_resource_tracker(support.HOST).compute_node


def test_a_build_without_trouble_makes_the_server_active(build: Build) -> None:
    """vm_state active, no task, running, launched here."""
    assert build.run() == build_results.ACTIVE
    saved = build.saved
    assert (saved.vm_state, saved.task_state) == (vm_states.ACTIVE, None)
    assert saved.power_state == power_state.RUNNING
    assert (saved.host, saved.node, saved.launched_on) == (support.HOST,) * 3
    assert saved.launched_at is not None
    assert "network_allocated" not in saved.system_metadata


def test_the_task_states_of_a_build_come_in_novas_order(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """scheduling → None → networking → block_device_mapping → spawning → None."""
    seen: list[str | None] = [build.instance.task_state]
    save = type(build.instance).save

    def watched(self: Any, *args: Any, **kwargs: Any) -> None:
        save(self, *args, **kwargs)
        if self.task_state != seen[-1]:
            seen.append(self.task_state)

    monkeypatch.setattr(type(build.instance), "save", watched)
    build.run()
    assert seen == [
        task_states.SCHEDULING,
        None,
        task_states.NETWORKING,
        task_states.BLOCK_DEVICE_MAPPING,
        task_states.SPAWNING,
        None,
    ]


def test_a_build_announces_its_start_and_end(build: Build) -> None:
    """Legacy notifications only: Newton has no versioned instance.create."""
    build.run()
    assert build.compute.notifier.types == [
        "compute.instance.create.start",
        "compute.instance.create.end",
    ]
    start, end = (payload for _, _, payload in build.compute.notifier.sent)
    assert start["image_name"] == "guest"
    assert end["message"] == "Success"
    assert end["fixed_ips"][0]["address"] == "10.0.0.5"
    assert end["fixed_ips"][0]["label"] == "private"


def test_a_build_tells_the_schedulers(
    build: Build, scheduler_client: support.FakeSchedulerClient
) -> None:
    """Every scheduler hears of the new instance on this host."""
    build.run()
    assert scheduler_client.told[-1] == ("update", [build.instance.uuid])


def test_a_build_counts_on_the_host(build: Build) -> None:
    """Memory starts at the reserve of 512 MB; the flavor's 512 are added."""
    build.run()
    node = node_of(build.compute)
    assert (node.memory_mb_used, node.vcpus_used, node.local_gb_used) == (1024, 1, 1)


@pytest.mark.parametrize("task_state", [task_states.DELETING, task_states.SPAWNING])
def test_a_server_somebody_else_works_on_is_not_built(
    build: Build, make_instance: MakeInstance, task_state: str
) -> None:
    """The first save expects scheduling or no task; anything else ends silently."""
    build.instance = make_instance(task_state=task_state)
    assert build.run() == build_results.FAILED
    assert build.saved.task_state == task_state
    assert build.compute.notifier.types == []


def test_a_server_deleted_before_its_build_is_not_built(build: Build) -> None:
    """The row is gone: failed, and nobody is told."""
    objects.Instance.get_by_uuid(build.context, build.instance.uuid).destroy()
    assert build.run() == build_results.FAILED
    assert build.compute.notifier.types == []


def test_a_claim_that_fails_sends_the_server_back_to_the_conductor(
    build: Build,
) -> None:
    """With retry information: next host. Host and node are empty, task scheduling."""
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    build.limits = {"memory_mb": 600}
    assert build.run() == build_results.RESCHEDULED
    (sent,) = build.compute.compute_task_api.rescheduled
    assert (sent["host"], sent["task_state"]) == (None, task_states.SCHEDULING)
    assert sent["retry"]["exc_reason"] == (
        "Insufficient compute resources: Free memory 88.00 MB < requested 512 MB."
    )
    assert "RescheduledException" in sent["retry"]["exc"][-1]
    assert sent["rest"][0] == "secret"
    assert build.saved.vm_state == vm_states.BUILDING
    assert build.fault is None
    assert node_of(build.compute).memory_mb_used == 512


def test_the_action_event_of_a_rescheduled_build_is_a_success(build: Build) -> None:
    """The method returned a result, it did not raise."""
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    build.compute.driver.spawn_error = RuntimeError("no luck")
    assert build.run() == build_results.RESCHEDULED
    assert build.event.event == "compute__do_build_and_run_instance"
    assert build.event.result == "Success"


def test_a_driver_that_fails_keeps_the_ports_for_the_next_host(build: Build) -> None:
    """libvirt does not deallocate on reschedule; neutron's clean-up does nothing."""
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    build.compute.driver.spawn_error = RuntimeError("no luck")
    build.run()
    assert build.compute.network_api.calls == ["allocate", f"cleanup {support.HOST}"]
    assert build.saved.system_metadata["network_allocated"] == "True"
    assert node_of(build.compute).memory_mb_used == 512
    assert build.compute.notifier.types == [
        "compute.instance.create.start",
        "compute.instance.shutdown.start",
        "compute.instance.shutdown.end",
        "compute.instance.create.error",
    ]


def test_a_driver_that_fails_early_is_told_of_ports_that_came_late(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The allocation ended after the last save: the driver unplugs the ports even so."""
    compute, spawning = build.compute, threading.Event()
    allocate, spawn = compute.network_api.allocate_for_instance, compute.driver.spawn
    unplugged: list[Any] = []

    def allocate_late(*args: Any, **kwargs: Any) -> Any:
        assert spawning.wait(30)
        return allocate(*args, **kwargs)

    def spawn_early(*args: Any, **kwargs: Any) -> None:
        spawning.set()
        spawn(*args, **kwargs)

    def destroy(_context: Any, _instance: Any, network_info: Any, *_args: Any) -> None:
        unplugged.extend(vif["id"] for vif in network_info)

    monkeypatch.setattr(compute.network_api, "allocate_for_instance", allocate_late)
    monkeypatch.setattr(compute.driver, "spawn", spawn_early)
    monkeypatch.setattr(compute.driver, "destroy", destroy)
    compute.driver.spawn_error = RuntimeError("no luck")
    build.run()
    assert unplugged == ["port-1"]


def test_a_port_on_a_device_of_the_host_is_given_back(build: Build) -> None:
    """SR-IOV: the next host has other devices."""
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    build.compute.driver.spawn_error = RuntimeError("no luck")
    build.compute.deallocate_sriov_ports_on_reschedule = lambda _instance: True
    build.run()
    assert build.compute.network_api.calls == ["allocate", "deallocate"]


def test_the_second_host_takes_the_ports_over(
    build: Build, make_instance: MakeInstance
) -> None:
    """network_allocated True: binding:host_id moves, and the task is never networking."""
    build.instance = make_instance(system_metadata={"network_allocated": "True"})
    assert build.run() == build_results.ACTIVE
    assert build.compute.network_api.calls == [f"setup {support.HOST}", "get"]


def test_without_retry_information_the_server_goes_to_error(build: Build) -> None:
    """A forced host or a single attempt: networks are freed, the reason is the fault."""
    build.compute.driver.spawn_error = RuntimeError("no luck")
    assert build.run() == build_results.FAILED
    saved = build.saved
    assert (saved.vm_state, saved.task_state) == (vm_states.ERROR, None)
    assert (saved.host, saved.node) == (None, None)
    assert build.fault == "no luck"
    assert build.compute.network_api.calls == ["allocate", "deallocate"]
    assert build.compute.compute_task_api.rescheduled == []


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (exception.FlavorDiskTooSmall("disk too small"), "disk too small"),
        (exception.ImageUnacceptable(image_id="i", reason="bad"), "bad"),
        (
            exception.VirtualInterfaceCreateException("x"),
            "Failed to allocate the network(s), not rescheduling.",
        ),
        (
            exception.NoMoreFixedIps("none left"),
            "with error none left, not rescheduling.",
        ),
    ],
)
def test_what_fails_everywhere_aborts_although_there_are_retries(
    build: Build, error: Exception, fault: str
) -> None:
    """Networks and volumes are freed, the server is in ERROR, nothing is rescheduled."""
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    build.compute.driver.spawn_error = error
    assert build.run() == build_results.FAILED
    assert build.saved.vm_state == vm_states.ERROR
    assert build.compute.compute_task_api.rescheduled == []
    assert build.fault is not None
    assert fault in build.fault
    assert build.fault.startswith(f"Build of instance {build.instance.uuid} aborted")
    assert "deallocate" in build.compute.network_api.calls


@pytest.mark.parametrize("gone", [True, False])
def test_a_server_deleted_during_its_build_is_left_as_it_is(
    build: Build, gone: bool
) -> None:
    """Networks are freed; the states belong to the delete."""
    build.compute.driver.spawn_error = (
        support.gone(build.instance.uuid)
        if gone
        else exception.UnexpectedDeletingTaskStateError("deleting")
    )
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    assert build.run() == build_results.FAILED
    assert build.saved.vm_state == vm_states.BUILDING
    assert build.fault is None
    assert build.compute.network_api.calls[-1] == "deallocate"


def test_an_allocation_that_fails_is_seen_when_the_driver_needs_it(
    build: Build,
) -> None:
    """The error comes out of spawn; ports are freed at once, as none can be reused."""
    build.compute.network_api.errors = [exception.NoMoreFixedIps("none left")]
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    assert build.run() == build_results.FAILED
    assert build.compute.network_api.calls[:2] == ["allocate", "deallocate"]
    assert build.saved.vm_state == vm_states.ERROR


def test_a_clean_up_that_fails_ends_the_build_for_good(build: Build) -> None:
    """Rescheduling would leave half a guest behind."""
    build.filter_properties = {"retry": dict(RETRY["retry"])}
    build.compute.driver.spawn_error = RuntimeError("no luck")
    build.compute.driver.destroy_error = RuntimeError("stuck")
    assert build.run() == build_results.FAILED
    assert build.saved.vm_state == vm_states.ERROR
    assert build.fault is not None
    assert "no luck" in build.fault


def test_network_none_allocates_nothing(build: Build) -> None:
    """The user said none: neutron is not asked, neither now nor at the clean-up."""
    build.networks = objects.NetworkRequestList(
        objects=[objects.NetworkRequest(network_id="none")]
    )
    assert build.run() == build_results.ACTIVE
    assert build.compute.network_api.calls == []


def test_an_allocation_is_tried_again_as_often_as_configured(
    build: Build, config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """network_allocate_retries 2: three attempts, with pauses of 1 and 2 seconds."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    config.set_override("network_allocate_retries", 2)
    build.compute.network_api.errors = [RuntimeError("1"), RuntimeError("2")]
    assert build.run() == build_results.ACTIVE
    assert build.compute.network_api.calls == ["allocate"] * 3
    assert pauses == [1, 2]


def test_files_that_are_not_base64_fail_the_build(build: Build) -> None:
    """Raised outside the build proper: the event is an error, the task is cleared."""
    build.files = [("/etc/motd", "abcde")]
    with pytest.raises(exception.Base64Exception):
        build.run()
    assert build.event.result == "Error"
    assert build.saved.task_state is None


def test_tags_on_devices_need_a_driver_that_shows_them(build: Build) -> None:
    """An abort before the claim: no create.error is sent."""
    build.networks = objects.NetworkRequestList(
        objects=[objects.NetworkRequest(tag="nic1")]
    )
    assert build.run() == build_results.FAILED
    assert build.compute.notifier.types == ["compute.instance.create.start"]
    assert build.saved.vm_state == vm_states.ERROR


def test_the_access_address_comes_from_the_configured_network(
    build: Build, config: Any
) -> None:
    """default_access_ip_network_name names the network whose address is shown."""
    config.set_override("default_access_ip_network_name", "private")
    build.run()
    assert str(build.saved.access_ip_v4) == "10.0.0.5"


@pytest.mark.parametrize(
    ("policy", "others", "result"),
    [
        ("anti-affinity", [support.HOST], build_results.RESCHEDULED),
        ("anti-affinity", ["compute2"], build_results.ACTIVE),
        ("affinity", ["compute2"], build_results.RESCHEDULED),
        ("affinity", [support.HOST, "compute2"], build_results.ACTIVE),
        ("affinity", [], build_results.ACTIVE),
    ],
)
def test_the_group_policy_is_checked_again_on_the_host(
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
    others: list[str],
    result: str,
) -> None:
    """Two members scheduled at the same moment may both have been sent here."""
    group = SimpleNamespace(policies=[policy], get_hosts=lambda exclude: others)
    monkeypatch.setattr(
        objects.InstanceGroup, "get_by_hint", lambda _context, _hint: group
    )
    build.filter_properties = {
        "retry": dict(RETRY["retry"]),
        "scheduler_hints": {"group": "5e1f0b1a-0000-4000-8000-00000000000a"},
    }
    assert build.run() == result


def test_builds_run_a_few_at_a_time(compute: Any, make_instance: MakeInstance) -> None:
    """max_concurrent_builds: the third of two builds waits for the first to end."""
    compute._build_semaphore = threading.Semaphore(2)
    running, peak, lock, done = [0], [0], threading.Lock(), threading.Semaphore(0)
    go = threading.Event()

    def slow(*_args: Any, **_kwargs: Any) -> None:
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        go.wait(30)
        with lock:
            running[0] -= 1
        done.release()

    compute._do_build_and_run_instance = slow
    for _ in range(3):
        start_build(compute, make_instance())
    go.set()
    assert all(done.acquire(timeout=30) for _ in range(3))
    assert peak[0] <= 2


def test_a_waiting_build_holds_its_servers_lock(
    compute: Any, make_instance: MakeInstance
) -> None:
    """Lock first, then semaphore: a delete of a server that waits to be built waits."""
    asked, free = threading.Event(), threading.Event()
    built, locked = threading.Event(), threading.Event()

    @contextlib.contextmanager
    def semaphore() -> Iterator[None]:
        asked.set()
        assert free.wait(30)
        yield

    compute._build_semaphore = semaphore()
    compute._do_build_and_run_instance = lambda *_args: built.set()
    instance = make_instance()
    start_build(compute, instance)

    def take_lock() -> None:
        utils.synchronized(instance.uuid)(locked.set)()

    assert asked.wait(30)
    utils.spawn(take_lock)
    assert not locked.wait(0.1)
    free.set()
    assert built.wait(30)
    assert locked.wait(30)


def test_no_limit_of_builds_lets_everybody_in() -> None:
    """max_concurrent_builds 0 is no limit."""
    unlimited = compute_utils.UnlimitedSemaphore()
    with unlimited, unlimited:
        pass


def start_build(compute: Any, instance: Any) -> None:
    """Let the compute receive a build, as from the conductor."""
    compute.build_and_run_instance(
        RequestContext("demo", "demo", is_admin=False),
        instance,
        dict(IMAGE),
        {},
        {},
        block_device_mapping=[],
    )
