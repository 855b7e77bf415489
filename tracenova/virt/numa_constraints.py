"""What a flavor and an image say about the guest's memory nodes, CPUs and pages.

Nova: nova/virt/hardware.py [numa_get_constraints and its helpers]
"""

from collections.abc import Sequence
from typing import Any, Final

from oslo_utils import strutils

from tracenova import exception, objects
from tracenova.objects.cpu_spec import parse_cpu_spec
from tracenova.objects.enums import CPUAllocationPolicy, CPUThreadAllocationPolicy

MEMPAGES_SMALL: Final = -1
MEMPAGES_LARGE: Final = -2
MEMPAGES_ANY: Final = -3
_WORDS: Final = {
    "any": MEMPAGES_ANY,
    "large": MEMPAGES_LARGE,
    "small": MEMPAGES_SMALL,
}


def numa_get_constraints(flavor: Any, image_meta: Any) -> Any:
    """Return the guest's memory nodes as an InstanceNUMATopology; None: no wish.

    Raises:
        Invalid: the wishes contradict each other, or are no numbers.
        Forbidden: the image wants what the flavor has decided otherwise.
        ValueError: ``hw:numa_mem.N`` is no number.

    Nova: nova/virt/hardware.py numa_get_constraints
    """
    nodes = _nodes(flavor, image_meta)
    pagesize = _pagesize(flavor, image_meta)
    topology = None
    if nodes or pagesize:
        topology = _topology(nodes or 1, flavor, image_meta)
        for cell in topology.cells:
            cell.pagesize = pagesize
    return _with_cpu_policy(flavor, image_meta, topology)


def _extra_specs(flavor: Any) -> dict[str, str]:
    specs: dict[str, str] = flavor.get("extra_specs", {})
    return specs


def _nodes(flavor: Any, image_meta: Any) -> int | None:
    nodes = _extra_specs(flavor).get("hw:numa_nodes")
    from_image = image_meta.properties.get("hw_numa_nodes")
    if nodes is None:
        _validate_numa_nodes(from_image)
        return None if from_image is None else int(from_image)
    _validate_numa_nodes(nodes)
    if image_meta.properties.obj_attr_is_set("hw_numa_nodes"):
        raise exception.ImageNUMATopologyForbidden(name="hw_numa_nodes")
    return int(nodes)


def _validate_numa_nodes(nodes: Any) -> None:
    if nodes is not None and (not strutils.is_int_like(nodes) or int(nodes) < 1):
        raise exception.InvalidNUMANodesNumber(nodes=nodes)


def _pagesize(flavor: Any, image_meta: Any) -> int | None:
    """Return the page size in KiB, one of the MEMPAGES words, or None."""
    by_flavor = _extra_specs(flavor).get("hw:mem_page_size", "")
    by_image = image_meta.properties.get("hw_mem_page_size", "")
    if not by_flavor:
        if by_image:
            raise exception.MemoryPageSizeForbidden(
                pagesize=by_image, against="<empty>"
            )
        return None
    pagesize = _pagesize_number(by_flavor)
    if not by_image:
        return pagesize
    if pagesize not in (MEMPAGES_ANY, MEMPAGES_LARGE):
        raise exception.MemoryPageSizeForbidden(pagesize=by_image, against=by_flavor)
    return _pagesize_number(by_image)


def _pagesize_number(request: str) -> int:
    if request in _WORDS:
        return _WORDS[request]
    try:
        size_kb = int(request)
    except ValueError:
        try:
            size_kb = int(strutils.string_to_bytes(request, return_int=True)) // 1024
        except ValueError:
            size_kb = 0
    if size_kb <= 0:
        raise exception.MemoryPageSizeInvalid(pagesize=size_kb)
    return size_kb


def _topology(nodes: int, flavor: Any, image_meta: Any) -> Any:
    cpus = _listed(
        [parse_cpu_spec(text) for text in _numbered(flavor, "hw:numa_cpus")],
        image_meta.properties,
        "hw_numa_cpus",
    )
    memory = _listed(
        [int(text) for text in _numbered(flavor, "hw:numa_mem")],
        image_meta.properties,
        "hw_numa_mem",
    )
    if cpus is None and memory is None:
        return _equal_cells(nodes, flavor)
    if cpus is None or memory is None or len(cpus) != nodes or len(memory) != nodes:
        raise exception.ImageNUMATopologyIncomplete()
    return _described_cells(flavor, cpus, memory)


def _numbered(flavor: Any, name: str) -> list[str]:
    specs, found = _extra_specs(flavor), []
    for cell in range(objects.ImageMetaProps.NUMA_NODES_MAX):
        if f"{name}.{cell}" not in specs:
            break
        found.append(specs[f"{name}.{cell}"])
    return found


def _listed(by_flavor: list[Any], props: Any, name: str) -> list[Any] | None:
    by_image: list[Any] | None = props.get(name, None)
    if not by_flavor:
        return by_image
    if by_image is not None:
        raise exception.ImageNUMATopologyForbidden(name=name)
    return by_flavor


def _equal_cells(nodes: int, flavor: Any) -> Any:
    if flavor.vcpus % nodes or flavor.memory_mb % nodes:
        raise exception.ImageNUMATopologyAsymmetric()
    cpus, memory = flavor.vcpus // nodes, flavor.memory_mb // nodes
    return objects.InstanceNUMATopology(
        cells=[
            objects.InstanceNUMACell(
                id=node,
                cpuset=set(range(node * cpus, (node + 1) * cpus)),
                memory=memory,
            )
            for node in range(nodes)
        ]
    )


def _described_cells(
    flavor: Any, cpu_list: Sequence[set[int]], mem_list: Sequence[int]
) -> Any:
    unassigned = set(range(flavor.vcpus))
    for cpu in (cpu for cpuset in cpu_list for cpu in cpuset):
        if cpu > flavor.vcpus - 1:
            raise exception.ImageNUMATopologyCPUOutOfRange(
                cpunum=cpu, cpumax=flavor.vcpus - 1
            )
        if cpu not in unassigned:
            raise exception.ImageNUMATopologyCPUDuplicates(cpunum=cpu)
        unassigned.remove(cpu)
    if unassigned:
        raise exception.ImageNUMATopologyCPUsUnassigned(cpuset=str(unassigned))
    if sum(mem_list) != flavor.memory_mb:
        raise exception.ImageNUMATopologyMemoryOutOfRange(
            memsize=sum(mem_list), memtotal=flavor.memory_mb
        )
    return objects.InstanceNUMATopology(
        cells=[
            objects.InstanceNUMACell(id=node, cpuset=cpuset, memory=memory)
            for node, (cpuset, memory) in enumerate(
                zip(cpu_list, mem_list, strict=True)
            )
        ]
    )


def _with_cpu_policy(flavor: Any, image_meta: Any, topology: Any) -> Any:
    """Note in each cell whether CPUs are pinned, and how hyperthreads are used."""
    policy = _cpu_policy(flavor, image_meta)
    _check_realtime(flavor, image_meta, policy)
    by_flavor = _extra_specs(flavor).get("hw:cpu_thread_policy")
    by_image = image_meta.properties.get("hw_cpu_thread_policy")
    if policy == CPUAllocationPolicy.SHARED:
        if by_flavor or by_image:
            raise exception.CPUThreadPolicyConfigurationInvalid()
        return topology
    if topology is None:
        topology = _equal_cells(1, flavor)
    threads = _thread_policy(by_flavor, by_image)
    for cell in topology.cells:
        cell.cpu_policy = policy
        cell.cpu_thread_policy = threads
    return topology


def _cpu_policy(flavor: Any, image_meta: Any) -> str:
    by_flavor = _extra_specs(flavor).get("hw:cpu_policy")
    by_image = image_meta.properties.get("hw_cpu_policy")
    if by_flavor == CPUAllocationPolicy.DEDICATED:
        return CPUAllocationPolicy.DEDICATED
    if by_image != CPUAllocationPolicy.DEDICATED:
        return CPUAllocationPolicy.SHARED
    if by_flavor == CPUAllocationPolicy.SHARED:
        raise exception.ImageCPUPinningForbidden()
    return CPUAllocationPolicy.DEDICATED


def _check_realtime(flavor: Any, image_meta: Any, policy: str) -> None:
    specs = _extra_specs(flavor)
    if not strutils.bool_from_string(specs.get("hw:cpu_realtime")):
        return
    if policy != CPUAllocationPolicy.DEDICATED:
        raise exception.RealtimeConfigurationInvalid()
    by_image = image_meta.properties.get("hw_cpu_realtime_mask")
    if not (by_image or specs.get("hw:cpu_realtime_mask")):
        raise exception.RealtimeMaskNotFoundOrInvalid()


def _thread_policy(by_flavor: str | None, by_image: str | None) -> str | None:
    if by_flavor in (None, CPUThreadAllocationPolicy.PREFER):
        return by_flavor or by_image
    if by_image and by_image != by_flavor:
        raise exception.ImageCPUThreadPolicyForbidden()
    return by_flavor
