"""A refusal says which numbers decided."""

import datetime
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.scheduler.cases import configured
from tests.unit.scheduler.factories import (
    make_aggregate,
    make_host_state,
    make_image,
    make_request,
)
from tracenova import objects
from tracenova.scheduler.filters import all_filters

CLASSES = {cls.__name__: cls for cls in all_filters()}
LONG_AGO = datetime.datetime(2016, 10, 6)
GROUP = {"hosts": ["compute1"], "members": [], "policies": ["anti-affinity"]}


def _retry() -> Any:
    node = objects.ComputeNode(host="compute1", hypervisor_hostname="compute1")
    nodes = objects.ComputeNodeList(objects=[node])
    return objects.SchedulerRetries(num_attempts=1, hosts=nodes)


def _verdict(name: str, host: dict[str, Any], request: dict[str, Any]) -> Any:
    filter_ = CLASSES[name]()
    return filter_.host_passes(make_host_state(**host), make_request(**request))


@pytest.mark.parametrize(
    ("name", "host", "request_", "reason"),
    [
        (
            "RamFilter",
            {"free_ram_mb": -14 * 1024},
            {"flavor": {"memory_mb": 4096}},
            "requested 4096 MB, usable 2048 MB = 32768 × 1.5 − 47104 used",
        ),
        (
            "DiskFilter",
            {"free_disk_mb": 1024},
            {},
            "requested 20480 MB, usable 1024 MB = 204800 × 1 − 203776 used",
        ),
        (
            "CoreFilter",
            {"vcpus_used": 256},
            {},
            "requested 1 vcpus, usable 0 = 16 × 16 − 256 used",
        ),
        (
            "ExactRamFilter",
            {},
            {},
            "requested exactly 2048 MB, free 32768 MB",
        ),
        (
            "AvailabilityZoneFilter",
            {"aggregates": [make_aggregate(availability_zone="az2,az1")]},
            {"availability_zone": "az3"},
            "requested zone az3, host is in az1, az2",
        ),
        (
            "AvailabilityZoneFilter",
            {},
            {"availability_zone": "az3"},
            "requested zone az3, host is in nova",
        ),
        (
            "ComputeFilter",
            {"service": {"disabled": True, "disabled_reason": "broken fan"}},
            {},
            "is disabled, reason: broken fan",
        ),
        (
            "ComputeFilter",
            {"service": {"disabled": False, "forced_down": True}},
            {},
            "is forced down",
        ),
        (
            "ComputeFilter",
            {"service": {"disabled": False, "last_seen_up": LONG_AGO}},
            {},
            "last heard from ",
        ),
        (
            "ComputeCapabilitiesFilter",
            {},
            {"flavor": {"extra_specs": {"capabilities:vcpus_total": ">= 32"}}},
            "extra spec capabilities:vcpus_total wants '>= 32', the host has '16'",
        ),
        (
            "ComputeCapabilitiesFilter",
            {"cpu_info": '{"features": ["aes"]}'},
            {"flavor": {"extra_specs": {"capabilities:cpu_info:arch": "x86_64"}}},
            "extra spec capabilities:cpu_info:arch wants 'x86_64', "
            "the host does not tell",
        ),
        (
            "ImagePropertiesFilter",
            {},
            {"image": make_image(hw_architecture="aarch64")},
            "image needs aarch64, the host runs x86_64/kvm/hvm at version 2.8.0",
        ),
        (
            "RetryFilter",
            {},
            {"retry": _retry()},
            "was tried already in this request: compute1",
        ),
        (
            "ServerGroupAntiAffinityFilter",
            {},
            {"instance_group": objects.InstanceGroup(**GROUP)},
            "policy anti-affinity: the group is already on compute1",
        ),
        (
            "SameHostFilter",
            {},
            {"scheduler_hints": {"same_host": [str(uuid.UUID(int=3))]}},
            "holds no server of same_host 00000000-0000-0000-0000-000000000003",
        ),
        (
            "NumInstancesFilter",
            {"num_instances": 50},
            {},
            "has 50 instances, at most 50 allowed before a new server",
        ),
        (
            "TypeAffinityFilter",
            {"instances": {"x": SimpleNamespace(instance_type_id=9)}},
            {},
            "holds instances of other flavors",
        ),
        (
            "JsonFilter",
            {},
            {"scheduler_hints": {"query": ['["<", "$free_ram_mb", 1]']}},
            'the query ["<", "$free_ram_mb", 1] is not true here',
        ),
    ],
)
def test_the_reason_holds_the_numbers(
    name: str, host: dict[str, Any], request_: dict[str, Any], reason: str
) -> None:
    """What was asked for, what there is, and how it was computed."""
    with configured({"options": {}, "weighers": None}):
        verdict = _verdict(name, host, request_)
    assert not verdict
    assert str(verdict).startswith(reason)


UNDEMANDING = sorted(
    name
    for name in CLASSES
    if not name.startswith(("Base", "Exact")) and name != "ComputeFilter"
)


@pytest.mark.parametrize("name", UNDEMANDING)
def test_a_plain_request_suits_an_idle_host(name: str) -> None:
    """No filter minds what nobody asked for, except those that want exact numbers."""
    with configured({"options": {}, "weighers": None}):
        assert _verdict(name, {}, {"image": make_image()}) is True
