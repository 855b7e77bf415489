"""The host's account of its resources."""

import datetime
from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, objects
from tracenova.compute import task_states, vm_states
from tracenova.compute.resource_tracker import ResourceTracker
from tracenova.context import RequestContext, get_admin_context


@pytest.fixture(name="tracker")
def fixture_tracker(compute: Any) -> ResourceTracker:
    """Return the tracker of compute1 after its first audit."""
    tracker: ResourceTracker = compute._get_resource_tracker(support.HOST)
    return tracker


def saved_node(context: RequestContext) -> Any:
    """Return the node as the database has it."""
    return objects.ComputeNode.get_by_host_and_nodename(
        context.elevated(), support.HOST, support.HOST
    )


def count_saves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by one with every ComputeNode.save."""
    saves: list[str] = []
    save = objects.ComputeNode.save

    def counted(self: Any, *args: Any) -> None:
        saves.append(self.host)
        save(self, *args)

    monkeypatch.setattr(objects.ComputeNode, "save", counted)
    return saves


def test_the_first_audit_creates_the_nodes_row(
    tracker: ResourceTracker, context: RequestContext
) -> None:
    """The hypervisor's size, less the reserve of 512 MB."""
    node = saved_node(context)
    size = tracker.driver.size
    assert (node.memory_mb, node.vcpus, node.local_gb) == (
        size.memory_mb,
        size.vcpus,
        size.local_gb,
    )
    assert node.memory_mb_used == 512
    assert node.free_ram_mb == size.memory_mb - 512


def test_a_claim_makes_the_instance_the_hosts(
    tracker: ResourceTracker, context: RequestContext, make_instance: MakeInstance
) -> None:
    """host, node and launched_on are set for the first time, and saved."""
    instance = make_instance()
    with tracker.instance_claim(context, instance):
        pass
    saved = objects.Instance.get_by_uuid(context, instance.uuid)
    assert (saved.host, saved.node, saved.launched_on) == (support.HOST,) * 3
    assert saved_node(context).memory_mb_used == 1024
    assert saved_node(context).running_vms == 1


def test_a_claim_that_is_aborted_gives_everything_back(
    tracker: ResourceTracker,
    context: RequestContext,
    make_instance: MakeInstance,
    scheduler_client: support.FakeSchedulerClient,
) -> None:
    """Usage, allocation, host and node, statistics."""
    instance = make_instance()
    with pytest.raises(RuntimeError), tracker.instance_claim(context, instance):
        raise RuntimeError
    saved = objects.Instance.get_by_uuid(context, instance.uuid)
    assert (saved.host, saved.node) == (None, None)
    assert saved_node(context).memory_mb_used == 512
    assert scheduler_client.allocations == [1, -1]
    assert tracker.stats.num_instances == 0
    assert tracker.tracked_instances == {}


def test_a_claim_that_fails_changes_nothing(
    tracker: ResourceTracker, context: RequestContext, make_instance: MakeInstance
) -> None:
    """The test comes before any change."""
    instance = make_instance()
    with pytest.raises(exception.ComputeResourcesUnavailable):
        tracker.instance_claim(context, instance, {"memory_mb": 600})
    assert objects.Instance.get_by_uuid(context, instance.uuid).host is None
    assert tracker.tracked_instances == {}


def test_the_node_is_written_only_when_something_changed(
    tracker: ResourceTracker,
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim writes once; a new task state changes the statistics and writes again.

    That a save was in another second than the one before is no change.
    """
    saves = count_saves(monkeypatch)
    instance = make_instance(task_state=None)
    with tracker.instance_claim(context, instance):
        assert len(saves) == 1
    node = tracker.compute_node
    node.updated_at += datetime.timedelta(seconds=1)
    tracker.update_usage(context, instance)
    assert len(saves) == 1
    instance.task_state = task_states.NETWORKING
    tracker.update_usage(context, instance)
    assert len(saves) == 2
    assert saved_node(context).stats["num_task_networking"] == "1"


def test_only_claimed_instances_are_counted(
    tracker: ResourceTracker, context: RequestContext, make_instance: MakeInstance
) -> None:
    """A state change of an instance that never claimed is ignored."""
    tracker.update_usage(context, make_instance())
    assert tracker.tracked_instances == {}


def test_a_deleted_instance_frees_its_resources(
    tracker: ResourceTracker, context: RequestContext, make_instance: MakeInstance
) -> None:
    """vm_state deleted means removed."""
    instance = make_instance()
    with tracker.instance_claim(context, instance):
        pass
    instance.vm_state = vm_states.DELETED
    tracker.update_usage(context, instance)
    assert saved_node(context).memory_mb_used == 512


def test_the_audit_counts_what_the_database_says(
    tracker: ResourceTracker, context: RequestContext, make_instance: MakeInstance
) -> None:
    """Every instance of the host, running or not; deleted ones not."""
    make_instance(host=support.HOST, node=support.HOST, vm_state=vm_states.STOPPED)
    make_instance(host="compute2", node="compute2", vm_state=vm_states.ACTIVE)
    tracker.update_available_resource(get_admin_context())
    assert saved_node(context).memory_mb_used == 1024


def test_an_audit_that_finds_nothing_new_leaves_the_sums_in_the_row(
    tracker: ResourceTracker, context: RequestContext
) -> None:
    """It saves the hypervisor's own count first, and the sums in any case after it."""
    for _audit in range(2):
        tracker.update_available_resource(get_admin_context())
        assert saved_node(context).memory_mb_used == 512


def test_guests_without_a_server_use_memory_too(
    tracker: ResourceTracker, context: RequestContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orphans: seen by the hypervisor, unknown to the database."""
    orphan = {"u": {"uuid": "u", "memory_mb": 100}}
    monkeypatch.setattr(tracker.driver, "get_per_instance_usage", lambda: orphan)
    tracker.update_available_resource(get_admin_context())
    assert saved_node(context).memory_mb_used == 612


def test_a_driver_that_forgets_a_resource_is_refused(
    tracker: ResourceTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audit names what is missing."""
    monkeypatch.setattr(tracker.driver, "get_available_resource", lambda _node: {})
    with pytest.raises(exception.InvalidInput, match="vcpus"):
        tracker.update_available_resource(get_admin_context())


def test_a_tracker_without_a_row_claims_nothing(
    compute: Any, context: RequestContext, make_instance: MakeInstance
) -> None:
    """Before the first audit the tracker is disabled; the instance gets its host."""
    tracker = ResourceTracker(support.HOST, compute.driver, support.HOST)
    instance = make_instance()
    with tracker.instance_claim(context, instance) as claim:
        assert claim.memory_mb == 0
    assert instance.host == support.HOST
    tracker.update_usage(context, instance)
    assert tracker.disabled
