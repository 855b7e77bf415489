"""Objects for tests, complete unless told otherwise."""

from typing import Any

from oslo_utils import uuidutils

from tracenova import objects
from tracenova.context import RequestContext


def make_flavor(context: RequestContext | None = None, **fields: Any) -> Any:
    """Return m1.small, not written."""
    defaults: dict[str, Any] = {
        "name": "m1.small",
        "flavorid": "2",
        "memory_mb": 2048,
        "vcpus": 1,
        "root_gb": 20,
        "ephemeral_gb": 0,
        "swap": 0,
        "rxtx_factor": 1.0,
        "disabled": False,
        "is_public": True,
        "extra_specs": {},
    }
    return objects.Flavor(context, **{**defaults, **fields})


def make_instance(context: RequestContext, **fields: Any) -> Any:
    """Return a server that is being scheduled, not written."""
    uuid = fields.pop("uuid", None) or uuidutils.generate_uuid()
    defaults: dict[str, Any] = {
        "user_id": context.user_id,
        "project_id": context.project_id,
        "vm_state": "building",
        "task_state": "scheduling",
        "power_state": 0,
        "display_name": "vm",
        "hostname": "vm",
        "memory_mb": 2048,
        "vcpus": 1,
        "root_gb": 20,
        "ephemeral_gb": 0,
        "launch_index": 0,
        "metadata": {"role": "web"},
        "system_metadata": {"image_min_ram": "64"},
        "flavor": make_flavor(id=1),
        "info_cache": objects.InstanceInfoCache(instance_uuid=uuid, network_info=None),
        "security_groups": objects.SecurityGroupList(),
        "keypairs": objects.KeyPairList(objects=[]),
    }
    instance = objects.Instance(context, uuid=uuid, **{**defaults, **fields})
    for part in (instance.flavor, instance.keypairs):
        part.obj_reset_changes()
    return instance


def make_compute_node(context: RequestContext | None = None, **fields: Any) -> Any:
    """Return compute1, not written."""
    defaults: dict[str, Any] = {
        "host": "compute1",
        "hypervisor_hostname": "compute1",
        "vcpus": 16,
        "memory_mb": 32768,
        "local_gb": 200,
        "vcpus_used": 0,
        "memory_mb_used": 512,
        "local_gb_used": 0,
        "hypervisor_type": "QEMU",
        "hypervisor_version": 9000000,
        "cpu_info": "{}",
        "stats": {"num_vm": "0"},
        "cpu_allocation_ratio": 0.0,
        "ram_allocation_ratio": 0.0,
        "disk_allocation_ratio": 0.0,
    }
    return objects.ComputeNode(context, **{**defaults, **fields})
