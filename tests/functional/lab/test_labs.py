"""The built-in labs, each told by its trace."""

import pytest

from tests.functional.boots import booted


def hosts_of(outcome):
    """Return the host of each server's last claim."""
    return [
        outcome.trace.claims(instance=server["id"])[-1].host
        for server in outcome.servers
    ]


def test_the_default_lab_boots_on_the_largest_host():
    """compute2 has the most free memory and disk."""
    outcome = booted("default")
    assert outcome.succeeded
    assert hosts_of(outcome) == ["compute2"]


def test_the_default_lab_boots_on_fake_hosts_too():
    """Where libvirt cannot be had, the story is the same but for the driver's part."""
    outcome = booted("default", "fake")
    assert outcome.succeeded
    methods = {hop.method for hop in outcome.trace.hops()}
    assert {
        "build_instances",
        "select_destinations",
        "build_and_run_instance",
    } <= methods


def test_no_valid_host_ends_in_error_with_the_fault():
    """Each host is refused for a reason of its own; the client sees the fault."""
    outcome = booted("no-valid-host")
    (server,) = outcome.servers
    assert server["status"] == "ERROR"
    assert server["fault"]["message"].startswith("No valid host was found.")
    assert server["fault"]["code"] == 500
    assert "details" not in server["fault"]  # only for administrators
    refused = {
        verdict.host.partition("/")[0]: verdict.filter
        for verdict in outcome.trace.verdicts()
        if not verdict.passed and not verdict.shadow
    }
    assert refused == {
        "compute1": "RamFilter",
        "compute2": "DiskFilter",
        "compute3": "ComputeFilter",
    }


def test_a_failed_claim_is_rescheduled_to_the_second_host():
    """compute2 is chosen, refuses, and RetryFilter keeps it off the second time."""
    outcome = booted("reschedule")
    assert outcome.succeeded
    (server,) = outcome.servers
    claims = outcome.trace.claims(instance=server["id"])
    assert [(claim.host, claim.passed) for claim in claims] == [
        ("compute2", False),
        ("compute1", True),
    ]


def test_multi_create_builds_three_servers_from_one_message():
    """One build_instances, one select_destinations, three casts to computes."""
    outcome = booted("multi-create")
    assert [server["status"] for server in outcome.servers] == ["ACTIVE"] * 3
    assert [server["name"] for server in outcome.servers] == ["web-1", "web-2", "web-3"]
    methods = [hop.method for hop in outcome.trace.hops()]
    assert methods.count("build_instances") == 1
    assert methods.count("select_destinations") == 1
    assert methods.count("build_and_run_instance") == 3


def test_anti_affinity_puts_every_member_on_a_host_of_its_own():
    """ServerGroupAntiAffinityFilter."""
    outcome = booted("anti-affinity")
    assert outcome.succeeded
    assert sorted(hosts_of(outcome)) == ["compute1", "compute2", "compute3"]


def test_a_quota_refuses_before_anything_is_sent():
    """403 from nova-api; no conductor ever hears of it."""
    outcome = booted("quota-exceeded")
    assert outcome.refused is not None
    assert outcome.refused.status == 403
    assert "Quota exceeded for instances" in outcome.refused.message
    assert not [hop for hop in outcome.trace.hops() if hop.kind in ("cast", "call")]


def test_a_dead_compute_is_refused_by_its_heartbeat():
    """ComputeFilter, with the age of the last sign of life."""
    outcome = booted("dead-compute")
    assert outcome.succeeded
    assert hosts_of(outcome) == ["compute1"]
    refusals = [
        verdict
        for verdict in outcome.trace.verdicts()
        if verdict.host.startswith("compute2")
        and not verdict.passed
        and not verdict.shadow
    ]
    assert [verdict.filter for verdict in refusals] == ["ComputeFilter"]


@pytest.mark.parametrize("lab", ["default", "no-valid-host", "reschedule"])
def test_task_states_are_novas(lab):
    """scheduling → None → networking → block_device_mapping → spawning → None."""
    outcome = booted(lab)
    told = [change.task_state[1] for change in outcome.trace.state_changes()]
    expected = {
        "default": [
            "scheduling",
            None,
            "networking",
            "block_device_mapping",
            "spawning",
            None,
        ],
        "no-valid-host": ["scheduling", None],
        "reschedule": [
            *("scheduling", None, "scheduling", None),
            *("networking", "block_device_mapping", "spawning", None),
        ],
    }
    assert told == expected[lab]


def test_a_server_boots_from_a_volume_that_cinder_makes():
    """The compute asks for it, waits until it is available, and attaches it."""
    outcome = booted("boot-from-volume", "fake")
    assert outcome.succeeded
    asked = [hop.method for hop in outcome.trace.hops() if hop.to == "cinder"]
    assert asked[0] == "POST /v2/{project_id}/volumes"
    assert [method.rpartition(" ")[2] for method in asked[-2:]] == [
        "os-initialize_connection",
        "os-attach",
    ]
