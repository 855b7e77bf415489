"""The fields of a server, and which of them are read only when asked for.

Nova: nova/objects/instance.py [Instance.fields, INSTANCE_OPTIONAL_ATTRS]
"""

from collections.abc import Iterable
from typing import Any, Final

from tracenova.objects import fields

JOINED_FIELDS: Final = (
    *("metadata", "system_metadata", "info_cache", "security_groups"),
    *("pci_devices", "tags", "services"),
)
EXTRA_FIELDS: Final = (
    *("numa_topology", "pci_requests", "flavor", "vcpu_model", "migration_context"),
    *("keypairs", "device_metadata"),
)
NON_COLUMN_FIELDS: Final = ("fault", "old_flavor", "new_flavor")
INSTANCE_OPTIONAL_ATTRS: Final = (*JOINED_FIELDS, *NON_COLUMN_FIELDS, *EXTRA_FIELDS)
INSTANCE_DEFAULT_FIELDS: Final = (
    *("metadata", "system_metadata", "info_cache", "security_groups"),
)


def expected_cols(expected_attrs: Iterable[str] | None) -> list[str] | None:
    """Return the tables to read for the attributes expected.

    Nova: nova/objects/instance.py _expected_cols
    """
    if expected_attrs is None:
        return None
    wanted = set(expected_attrs)
    columns: list[str] = [name for name in JOINED_FIELDS if name in wanted]
    if wanted & {*EXTRA_FIELDS, "old_flavor", "new_flavor"}:
        columns.append("extra")
    return columns


def _text() -> Any:
    return fields.StringField(nullable=True)


def _number() -> Any:
    return fields.IntegerField(nullable=True)


INSTANCE_FIELDS: Final[dict[str, Any]] = {
    "id": fields.IntegerField(),
    "user_id": _text(),
    "project_id": _text(),
    "image_ref": _text(),
    "kernel_id": _text(),
    "ramdisk_id": _text(),
    "hostname": _text(),
    "launch_index": _number(),
    "key_name": _text(),
    "key_data": _text(),
    "power_state": _number(),
    "vm_state": _text(),
    "task_state": _text(),
    "services": fields.ObjectField("ServiceList"),
    "memory_mb": _number(),
    "vcpus": _number(),
    "root_gb": _number(),
    "ephemeral_gb": _number(),
    "ephemeral_key_uuid": fields.UUIDField(nullable=True),
    "host": _text(),
    "node": _text(),
    "instance_type_id": _number(),
    "user_data": _text(),
    "reservation_id": _text(),
    "launched_at": fields.DateTimeField(nullable=True),
    "terminated_at": fields.DateTimeField(nullable=True),
    "availability_zone": _text(),
    "display_name": _text(),
    "display_description": _text(),
    "launched_on": _text(),
    "locked": fields.BooleanField(default=False),
    "locked_by": _text(),
    "os_type": _text(),
    "architecture": _text(),
    "vm_mode": _text(),
    "uuid": fields.UUIDField(),
    "root_device_name": _text(),
    "default_ephemeral_device": _text(),
    "default_swap_device": _text(),
    "config_drive": _text(),
    "access_ip_v4": fields.IPV4AddressField(nullable=True),
    "access_ip_v6": fields.IPV6AddressField(nullable=True),
    "auto_disk_config": fields.BooleanField(default=False),
    "progress": _number(),
    "shutdown_terminate": fields.BooleanField(default=False),
    "disable_terminate": fields.BooleanField(default=False),
    "cell_name": _text(),
    "metadata": fields.DictOfStringsField(),
    "system_metadata": fields.DictOfNullableStringsField(),
    "info_cache": fields.ObjectField("InstanceInfoCache", nullable=True),
    "security_groups": fields.ObjectField("SecurityGroupList"),
    "fault": fields.ObjectField("InstanceFault", nullable=True),
    "cleaned": fields.BooleanField(default=False),
    "pci_devices": fields.ObjectField("PciDeviceList", nullable=True),
    "numa_topology": fields.ObjectField("InstanceNUMATopology", nullable=True),
    "pci_requests": fields.ObjectField("InstancePCIRequests", nullable=True),
    "device_metadata": fields.ObjectField("InstanceDeviceMetadata", nullable=True),
    "tags": fields.ObjectField("TagList"),
    "flavor": fields.ObjectField("Flavor"),
    "old_flavor": fields.ObjectField("Flavor", nullable=True),
    "new_flavor": fields.ObjectField("Flavor", nullable=True),
    "vcpu_model": fields.ObjectField("VirtCPUModel", nullable=True),
    "migration_context": fields.ObjectField("MigrationContext", nullable=True),
    "keypairs": fields.ObjectField("KeyPairList"),
}
