"""Hosts and requests for tests; whatever is not said is plenty."""

import uuid
from types import SimpleNamespace
from typing import Any

from tracenova import objects
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler.host_state import HostState

GB = 1024


def make_host_state(host: str = "compute1", **values: Any) -> HostState:
    """Return an idle host with 32 GB, 16 vcpus, 200 GB disk and Newton's ratios."""
    state = HostState(host, values.pop("nodename", host))
    defaults: dict[str, Any] = {
        "total_usable_ram_mb": 32 * GB,
        "free_ram_mb": 32 * GB,
        "total_usable_disk_gb": 200,
        "free_disk_mb": 200 * GB,
        "vcpus_total": 16,
        "ram_allocation_ratio": 1.5,
        "cpu_allocation_ratio": 16.0,
        "disk_allocation_ratio": 1.0,
        "service": {"disabled": False},
        "stats": {},
        "metrics": [],
        "supported_instances": [["x86_64", "kvm", "hvm"]],
        "hypervisor_version": 2008000,
    }
    for name, value in {**defaults, **values}.items():
        setattr(state, name, value)
    return state


def make_flavor(**values: Any) -> Any:
    """Return m1.small: 2048 MB, 1 vcpu, 20 GB."""
    defaults = {
        "id": 2,
        "name": "m1.small",
        "memory_mb": 2048,
        "vcpus": 1,
        "root_gb": 20,
        "ephemeral_gb": 0,
        "swap": 0,
        "extra_specs": {},
    }
    return objects.Flavor(**{**defaults, **values})


def make_request(flavor: dict[str, Any] | None = None, **values: Any) -> RequestSpec:
    """Return a request for one m1.small without wishes."""
    defaults: dict[str, Any] = {
        "flavor": make_flavor(**(flavor or {})),
        "image": None,
        "num_instances": 1,
        "instance_uuid": str(uuid.UUID(int=7)),
        "project_id": "demo",
        "availability_zone": None,
        "force_hosts": None,
        "force_nodes": None,
        "ignore_hosts": None,
        "requested_destination": None,
        "retry": None,
        "instance_group": None,
        "limits": None,
        "numa_topology": None,
        "pci_requests": None,
        "scheduler_hints": {},
    }
    return objects.RequestSpec(**{**defaults, **values})


def make_aggregate(**metadata: str) -> SimpleNamespace:
    """Return an aggregate with the metadata."""
    return SimpleNamespace(metadata=metadata)


def make_image(**properties: str) -> Any:
    """Return an image with the properties."""
    return objects.ImageMeta(
        id=str(uuid.UUID(int=9)),
        properties=objects.ImageMetaProps.from_dict(properties),
    )
