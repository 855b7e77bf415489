"""What is sent to placement, with the quirks that Newton has.

Nova: nova/scheduler/client/report.py [the helper functions]
"""

import re
from typing import Any, Final

from tracenova.compute import utils as compute_utils
from tracenova.conf import CONF
from tracenova.objects.compute_node import ComputeNode
from tracenova.objects.enums import ResourceClass
from tracenova.objects.instance import Instance

VCPU: Final = ResourceClass.VCPU
MEMORY_MB: Final = ResourceClass.MEMORY_MB
DISK_GB: Final = ResourceClass.DISK_GB
_IN_USE: Final = re.compile("Inventory for (.+) on resource provider (.+) in use")


def compute_node_to_inventory_dict(compute_node: ComputeNode) -> dict[str, Any]:
    """Return what the compute node has, by resource class; nothing where it has none.

    The reserve of DISK_GB is MB × 1024 where it ought to be divided: Newton's bug.

    Nova: nova/scheduler/client/report.py _compute_node_to_inventory_dict
    """
    node = compute_node
    held = {
        VCPU: (node.vcpus, 0, node.cpu_allocation_ratio),
        MEMORY_MB: (
            node.memory_mb,
            CONF.reserved_host_memory_mb,
            node.ram_allocation_ratio,
        ),
        DISK_GB: (
            node.local_gb,
            CONF.reserved_host_disk_mb * 1024,
            node.disk_allocation_ratio,
        ),
    }
    return {
        name: {
            "total": total,
            "reserved": reserved,
            "min_unit": 1,
            "max_unit": total,
            "step_size": 1,
            "allocation_ratio": ratio,
        }
        for name, (total, reserved, ratio) in held.items()
        if total > 0
    }


def instance_to_allocations_dict(instance: Instance) -> dict[str, int]:
    """Return what the server takes, by resource class, without zeros.

    Swap is in MB and is added to GB as it stands: Newton's bug. A server that boots
    from a volume takes no root disk.

    Nova: nova/scheduler/client/report.py _instance_to_allocations_dict
    """
    flavor = instance.flavor
    from_volume = compute_utils.is_volume_backed_instance(instance._context, instance)
    root_gb = 0 if from_volume else flavor.root_gb
    amounts = {
        MEMORY_MB: flavor.memory_mb,
        VCPU: flavor.vcpus,
        DISK_GB: root_gb + flavor.swap + flavor.ephemeral_gb,
    }
    return {name: amount for name, amount in amounts.items() if amount}


def extract_inventory_in_use(body: str) -> str | None:
    """Return the resource classes that an error text says are still in use.

    Nova: nova/scheduler/client/report.py _extract_inventory_in_use
    """
    found = _IN_USE.search(body)
    return found[1] if found else None
