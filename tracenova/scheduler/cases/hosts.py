"""Host states as a case document describes them."""

import datetime
import uuid
from types import SimpleNamespace
from typing import Any, Final

from oslo_utils import timeutils

from tracenova import objects
from tracenova.pci import stats
from tracenova.scheduler.cases.document import CaseError, Json
from tracenova.scheduler.host_state import HostState

RESOURCES: Final = (
    *("disk_mb_used", "free_disk_mb", "free_ram_mb", "num_instances", "num_io_ops"),
    *("total_usable_disk_gb", "total_usable_ram_mb", "vcpus_total", "vcpus_used"),
)
_NOT_PLAIN: Final = frozenset(
    (
        *("host", "nodename", "instances", "aggregates", "service", "compute_node"),
        *("metrics", "numa_topology", "pci_pools"),
    )
)


def host_state(host: Json, now: datetime.datetime) -> HostState:
    """Return the state of one host of the document.

    Args:
        host: its description.
        now: the time at which heartbeats are judged, UTC without a zone.
    """
    state = HostState(host["host"], str(host.get("nodename", host["host"])))
    state.stats = {}
    if "compute_node" in host:
        state.update(_compute_node(host, state.nodename))
    for name, value in host.items():
        if name not in _NOT_PLAIN:
            setattr(state, name, value)
    if "metrics" in host:
        state.metrics = [SimpleNamespace(**each) for each in host["metrics"] or ()]
    if host.get("numa_topology"):
        state.numa_topology = _numa_topology(host["numa_topology"])
    if host.get("pci_pools") is not None:
        pools = [objects.PciDevicePool(**pool) for pool in host["pci_pools"]]
        state.pci_stats = stats.PciDeviceStats(pools)
    state.update(
        service=_service(host.get("service") or {}, now),
        aggregates=[
            SimpleNamespace(name=each.get("name"), metadata=each.get("metadata") or {})
            for each in host.get("aggregates") or ()
        ],
        inst_dict={
            each["uuid"]: SimpleNamespace(**{"instance_type_id": None, **each})
            for each in host.get("instances") or ()
        },
    )
    return state


def host_states(case: Json, now: datetime.datetime) -> list[HostState]:
    """Return the states of all hosts of the document.

    Raises:
        CaseError: a host cannot be described so.
    """
    states = []
    for at, host in enumerate(case["hosts"]):
        try:
            states.append(host_state(host, now))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            problem = f"{type(error).__name__}: {error}"
            raise CaseError(case["case"], f"hosts[{at}]", problem) from error
    return states


def resources(state: HostState) -> Json:
    """Return the numbers of a host that a choice changes."""
    return {name: getattr(state, name) for name in RESOURCES}


def naive(text: str) -> datetime.datetime:
    """Return a time of the document in UTC, without a zone."""
    return timeutils.normalize_time(timeutils.parse_isotime(text))


def _compute_node(host: Json, nodename: str) -> Any:
    row = dict(host["compute_node"])
    specs = [
        objects.HVSpec.from_list(triple)
        for triple in row.pop("supported_instances", None) or ()
    ]
    given: Json = {
        "uuid": str(uuid.UUID(int=1)),
        "host": host["host"],
        "hypervisor_hostname": nodename,
        "host_ip": host.get("host_ip"),
        "supported_hv_specs": specs,
        "cpu_info": None,
        "numa_topology": None,
        "pci_device_pools": None,
        "metrics": None,
        "updated_at": None,
    }
    return objects.ComputeNode(**{**given, **row})


def _service(service: Json, now: datetime.datetime) -> Json:
    told = {"disabled": False, "disabled_reason": None, "forced_down": False, **service}
    if "age_s" in told or not (told.get("updated_at") or told.get("created_at")):
        age = datetime.timedelta(seconds=told.pop("age_s", 0))
        told.setdefault("last_seen_up", now - age)
    for key in ("last_seen_up", "updated_at", "created_at"):
        heard = told.get(key) or None
        told[key] = naive(heard) if isinstance(heard, str) else heard
    return told


def _numa_topology(topology: Json) -> Any:
    return objects.NUMATopology(
        cells=[
            objects.NUMACell(
                id=cell["id"],
                cpuset=set(cell["cpuset"]),
                memory=cell["memory"],
                cpu_usage=cell.get("cpu_usage", 0),
                memory_usage=cell.get("memory_usage", 0),
                pinned_cpus=set(cell.get("pinned_cpus") or ()),
                siblings=[set(group) for group in cell.get("siblings") or ()],
                mempages=[
                    objects.NUMAPagesTopology(**pages)
                    for pages in cell.get("mempages") or ()
                ],
            )
            for cell in topology["cells"]
        ]
    )
