"""What the scheduler knew and was asked, as a case document that can be asked again.

``tracenova explain`` decides again with it, a little changed: that is how it knows what
would have turned the decision.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from oslo_utils import timeutils

from tracenova import profiler
from tracenova.conf import CONF
from tracenova.conf.scheduler import FILTER_OPTS, METRICS_OPTS
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler.host_state import HostState
from tracenova.virt import hardware

Json = dict[str, Any]

_HOST: Final = (
    *("host", "nodename", "total_usable_ram_mb", "free_ram_mb", "free_disk_mb"),
    *("total_usable_disk_gb", "disk_mb_used", "vcpus_total", "vcpus_used"),
    *("num_instances", "num_io_ops", "ram_allocation_ratio", "cpu_allocation_ratio"),
    *("disk_allocation_ratio", "hypervisor_type", "hypervisor_version"),
    *("hypervisor_hostname", "supported_instances", "cpu_info", "stats"),
)
_FLAVOR: Final = (
    *("name", "memory_mb", "vcpus", "root_gb", "ephemeral_gb", "swap", "extra_specs"),
)
_REQUEST: Final = (
    *("num_instances", "instance_uuid", "project_id", "availability_zone"),
    *("force_hosts", "force_nodes", "ignore_hosts"),
)
_CHOSEN_OTHERWISE: Final = frozenset(
    ("scheduler_default_filters", "scheduler_available_filters")
)
_CELL: Final = ("id", "memory", "cpu_usage", "memory_usage")
_PAGES: Final = ("size_kb", "total", "used")


def text_of(
    spec_obj: RequestSpec, hosts: list[HostState], host_manager: Any
) -> str | None:
    """Return the document as JSON; None when nobody records, or hosts are too many."""
    if not profiler.is_recording() or len(hosts) > CONF.tracenova.recorded_hosts:
        return None
    return json.dumps(
        {
            "case": spec_obj.instance_uuid or "recorded",
            "kind": "recorded",
            "now": timeutils.utcnow().isoformat(),
            "filters": [type(each).__name__ for each in host_manager.default_filters],
            "weighers": {
                type(each).__name__: each.weight_multiplier()
                for each in host_manager.weighers
            },
            "extremes": _extremes(host_manager.weighers),
            "plugins": _plugins(),
            "options": _options(),
            "hosts": [_host(state) for state in hosts],
            "requests": [_request(spec_obj)],
        },
        default=str,
        ensure_ascii=False,
    )


def _extremes(weighers: Iterable[Any]) -> Json:
    """Return what earlier requests left in the weighers."""
    return {
        type(each).__name__: [each.minval, each.maxval]
        for each in weighers
        if each.minval is not None or each.maxval is not None
    }


def _plugins() -> list[str]:
    named = [*CONF.scheduler_available_filters, *CONF.scheduler_weight_classes]
    return [name for name in named if not name.startswith("nova.")]


def _options() -> Json:
    """Return the options that are not as the release delivers them."""
    options: Json = {}
    for opt in FILTER_OPTS:
        value = getattr(CONF, opt.dest)
        if opt.dest not in _CHOSEN_OTHERWISE and value != opt.default:
            options[opt.dest.removeprefix("scheduler_")] = value
    for opt in METRICS_OPTS:
        value = getattr(CONF.metrics, opt.dest)
        if value != opt.default and opt.dest != "weight_multiplier":
            options[f"metrics.{opt.dest}"] = value
    options["service_down_time"] = CONF.service_down_time
    options["default_availability_zone"] = CONF.default_availability_zone
    options["tracenova.stale_weight_extremes"] = CONF.tracenova.stale_weight_extremes
    return options


def _host(state: HostState) -> Json:
    told: Json = {name: getattr(state, name, None) for name in _HOST}
    told["host_ip"] = None if state.host_ip is None else str(state.host_ip)
    told["metrics"] = [
        {"name": each.name, "value": each.value} for each in state.metrics or ()
    ]
    told["aggregates"] = [
        {"name": getattr(each, "name", None), "metadata": dict(each.metadata)}
        for each in state.aggregates
    ]
    told["instances"] = [
        {"uuid": uuid, "instance_type_id": getattr(each, "instance_type_id", None)}
        for uuid, each in state.instances.items()
    ]
    told["service"] = _service(getattr(state, "service", {}))
    topology, _ = hardware.host_topology_and_format_from_host(state)
    if topology:
        told["numa_topology"] = {"cells": [_cell(cell) for cell in topology.cells]}
    if state.pci_stats is not None:
        told["pci_pools"] = [_pool(pool) for pool in state.pci_stats]
    return told


def _service(service: Mapping[str, Any]) -> Json:
    told = {name: service.get(name) for name in ("disabled", "disabled_reason")}
    told["forced_down"] = bool(service.get("forced_down"))
    # One time, whichever column holds it: before the first report that is another one.
    for name in ("last_seen_up", "updated_at", "created_at"):
        if (heard := service.get(name)) is not None:
            told["last_seen_up"] = (
                heard if isinstance(heard, str) else heard.isoformat()
            )
            break
    return told


def _cell(cell: Any) -> Json:
    return {
        **{name: getattr(cell, name) for name in _CELL},
        "cpuset": sorted(cell.cpuset),
        "pinned_cpus": sorted(cell.pinned_cpus),
        "siblings": [sorted(group) for group in cell.siblings],
        "mempages": [
            {name: getattr(pages, name) for name in _PAGES} for pages in cell.mempages
        ],
    }


def _pool(pool: Mapping[str, Any]) -> Json:
    known = ("vendor_id", "product_id", "numa_node", "count")
    return {
        **{name: pool.get(name) for name in known},
        "tags": {key: value for key, value in pool.items() if key not in known},
    }


def _request(spec_obj: RequestSpec) -> Json:
    flavor = spec_obj.flavor
    told: Json = {name: getattr(spec_obj, name, None) for name in _REQUEST}
    told["flavor"] = {
        name: getattr(flavor, name)
        for name in ("id", *_FLAVOR)
        if flavor.obj_attr_is_set(name)
    }
    told["image"] = _image(spec_obj.image)
    hints = spec_obj.scheduler_hints if "scheduler_hints" in spec_obj else None
    told["scheduler_hints"] = dict(hints or {})
    if spec_obj.retry:
        told["retry"] = spec_obj.retry.to_dict()
    if group := spec_obj.instance_group:
        told["instance_group"] = {
            name: list(getattr(group, name) or ())
            for name in ("policies", "hosts", "members")
            if group.obj_attr_is_set(name)
        }
    if wish := spec_obj.requested_destination:
        told["requested_destination"] = {"host": wish.host, "node": wish.node}
    if requests := spec_obj.pci_requests:
        told["pci_requests"] = [
            {"count": each.count, "spec": each.spec, "alias_name": each.alias_name}
            for each in requests.requests
        ]
    return told


def _image(image: Any) -> Json | None:
    if not image:
        return None
    properties: Json = {}
    if image.obj_attr_is_set("properties"):
        props = image.properties
        for name in props.fields:
            if props.obj_attr_is_set(name):
                properties.update(_property(name, getattr(props, name)))
    told: Json = {"properties": properties}
    if image.obj_attr_is_set("id"):
        told["id"] = image.id
    return told


def _property(name: str, value: Any) -> Json:
    if name == "hw_numa_mem":
        return {f"{name}.{at}": str(memory) for at, memory in enumerate(value)}
    if name == "hw_numa_cpus":
        return {
            f"{name}.{at}": ",".join(str(cpu) for cpu in sorted(cpus))
            for at, cpus in enumerate(value)
        }
    return {name: value}
