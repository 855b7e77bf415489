"""Requests as a case document describes them."""

import uuid
from typing import Any

from tracenova import objects
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler.cases.document import Json
from tracenova.virt import hardware

_FLAVOR = {"id": 0, "name": "", "root_gb": 0, "ephemeral_gb": 0, "swap": 0}


def request_spec(request: Json) -> RequestSpec:
    """Return the request, its memory nodes derived from flavor and image.

    Raises:
        Exception: whatever Nova raises when a request contradicts itself.
    """
    flavor = objects.Flavor(
        **{**_FLAVOR, **request["flavor"], "extra_specs": _extra_specs(request)}
    )
    image = _image(request.get("image"))
    numa_topology = hardware.numa_get_constraints(
        flavor, image or objects.ImageMeta.from_dict({})
    )
    return objects.RequestSpec(
        flavor=flavor,
        image=image,
        num_instances=request.get("num_instances", 1),
        instance_uuid=request.get("instance_uuid") or str(uuid.UUID(int=1)),
        project_id=request.get("project_id"),
        availability_zone=request.get("availability_zone"),
        force_hosts=request.get("force_hosts"),
        force_nodes=request.get("force_nodes"),
        ignore_hosts=request.get("ignore_hosts"),
        requested_destination=_destination(request.get("requested_destination")),
        retry=_retry(request.get("retry")),
        instance_group=_group(request.get("instance_group")),
        limits=None,
        numa_topology=numa_topology,
        pci_requests=_pci_requests(request.get("pci_requests")),
        scheduler_hints={
            key: value if isinstance(value, list) else [value]
            for key, value in (request.get("scheduler_hints") or {}).items()
        },
    )


def numa_cells(spec_obj: RequestSpec) -> list[Json] | None:
    """Return the guest's memory nodes as the answer shows them; None: no wish."""
    if not spec_obj.numa_topology:
        return None
    return [
        {
            "id": cell.id,
            "cpus": sorted(cell.cpuset),
            "memory": cell.memory,
            "pagesize": cell.pagesize,
        }
        for cell in spec_obj.numa_topology.cells
    ]


def _extra_specs(request: Json) -> Json:
    return dict(request["flavor"].get("extra_specs") or {})


def _image(image: Json | None) -> Any:
    if image is None:
        return None
    properties = objects.ImageMetaProps.from_dict(image.get("properties") or {})
    return objects.ImageMeta(
        id=image.get("id") or str(uuid.UUID(int=2)), properties=properties
    )


def _retry(retry: Json | None) -> Any:
    if not retry:
        return None
    nodes = [
        objects.ComputeNode(host=host, hypervisor_hostname=node)
        for host, node in retry.get("hosts") or ()
    ]
    return objects.SchedulerRetries(
        num_attempts=retry.get("num_attempts", 1),
        hosts=objects.ComputeNodeList(objects=nodes),
    )


def _group(group: Json | None) -> Any:
    if not group:
        return None
    return objects.InstanceGroup(
        **{"policies": [], "hosts": [], "members": [], **group}
    )


def _destination(destination: Json | None) -> Any:
    if not destination:
        return None
    return objects.Destination(**{"node": None, **destination})


def _pci_requests(requests: list[Json] | None) -> Any:
    if not requests:
        return None
    return objects.InstancePCIRequests(
        requests=[objects.InstancePCIRequest(**each) for each in requests]
    )
