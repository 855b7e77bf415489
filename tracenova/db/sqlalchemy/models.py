"""Tables of the cell database: servers, what belongs to them, services, hosts, quotas.

Nova: nova/db/sqlalchemy/models.py
Left out: tables of nova-network, EC2, cells v1, consoles, agents, shadow tables, and
those that Newton had moved to the API database.
"""

from datetime import datetime

from sqlalchemy import Boolean, Float, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tracenova.db.sqlalchemy.types import SoftDeleted, Timestamped, UTCDateTime

LONG_TEXT = Text()


class BASE(DeclarativeBase):
    """The cell database."""


def _id() -> Mapped[int]:
    return mapped_column(Integer, primary_key=True, autoincrement=True)


def _text(length: int = 255, default: str | None = None) -> Mapped[str | None]:
    return mapped_column(String(length), default=default)


def _uuid() -> Mapped[str | None]:
    return mapped_column(String(36))


def _int(default: int | None = None) -> Mapped[int | None]:
    return mapped_column(Integer, default=default)


def _long() -> Mapped[str | None]:
    return mapped_column(LONG_TEXT)


def _time() -> Mapped[datetime | None]:
    return mapped_column(UTCDateTime)


def _flag(default: bool = False) -> Mapped[bool | None]:
    return mapped_column(Boolean, default=default)


class Service(SoftDeleted, BASE):
    """One running service: who, where, and when it was last heard of."""

    __tablename__ = "services"
    __table_args__ = (
        UniqueConstraint("host", "topic", "deleted", name="uniq_services0host0topic"),
        UniqueConstraint("host", "binary", "deleted", name="uniq_services0host0binary"),
    )
    id = _id()
    host = _text()
    binary = _text()
    topic = _text()
    report_count = _int(default=0)
    disabled = _flag()
    disabled_reason = _text()
    last_seen_up = _time()
    forced_down = _flag()
    version = _int(default=0)


class ComputeNode(SoftDeleted, BASE):
    """One hypervisor: what it has and what is used."""

    __tablename__ = "compute_nodes"
    __table_args__ = (
        UniqueConstraint(
            *("host", "hypervisor_hostname", "deleted"), name="uniq_compute_nodes0host"
        ),
    )
    id = _id()
    service_id = _int()
    host = _text()
    uuid = _uuid()
    vcpus: Mapped[int] = mapped_column(Integer)
    memory_mb: Mapped[int] = mapped_column(Integer)
    local_gb: Mapped[int] = mapped_column(Integer)
    vcpus_used: Mapped[int] = mapped_column(Integer)
    memory_mb_used: Mapped[int] = mapped_column(Integer)
    local_gb_used: Mapped[int] = mapped_column(Integer)
    hypervisor_type = _long()
    hypervisor_version = _int()
    hypervisor_hostname = _text()
    free_ram_mb = _int()
    free_disk_gb = _int()
    current_workload = _int()
    running_vms = _int()
    cpu_info = _long()
    disk_available_least = _int()
    host_ip = _text(39)
    supported_instances = _long()
    metrics = _long()
    pci_stats = _long()
    extra_resources = _long()
    stats = _long()
    numa_topology = _long()
    ram_allocation_ratio: Mapped[float | None] = mapped_column(Float)
    cpu_allocation_ratio: Mapped[float | None] = mapped_column(Float)
    disk_allocation_ratio: Mapped[float | None] = mapped_column(Float)


class Instance(SoftDeleted, BASE):
    """One server."""

    __tablename__ = "instances"
    __table_args__ = (
        UniqueConstraint("uuid", name="uniq_instances0uuid"),
        Index("instances_host_deleted_cleaned_idx", "host", "deleted", "cleaned"),
        Index("instances_project_id_deleted_idx", "project_id", "deleted"),
    )
    id = _id()
    user_id = _text()
    project_id = _text()
    image_ref = _text()
    kernel_id = _text()
    ramdisk_id = _text()
    hostname = _text()
    launch_index = _int()
    key_name = _text()
    key_data = _long()
    power_state = _int()
    vm_state = _text()
    task_state = _text()
    memory_mb = _int()
    vcpus = _int()
    root_gb = _int()
    ephemeral_gb = _int()
    ephemeral_key_uuid = _uuid()
    host = _text()
    node = _text()
    instance_type_id = _int()
    user_data = _long()
    reservation_id = _text()
    launched_at = _time()
    terminated_at = _time()
    availability_zone = _text()
    display_name = _text()
    display_description = _text()
    launched_on = _long()
    locked = _flag()
    locked_by = _text(16)
    os_type = _text()
    architecture = _text()
    vm_mode = _text()
    uuid: Mapped[str] = mapped_column(String(36))
    root_device_name = _text()
    default_ephemeral_device = _text()
    default_swap_device = _text()
    config_drive = _text()
    access_ip_v4 = _text(39)
    access_ip_v6 = _text(39)
    auto_disk_config: Mapped[bool | None] = mapped_column(Boolean)
    progress = _int()
    shutdown_terminate = _flag()
    disable_terminate = _flag()
    cell_name = _text()
    internal_id = _int()
    cleaned = _int(default=0)


class InstanceExtra(SoftDeleted, BASE):
    """Objects that belong to a server, as JSON text."""

    __tablename__ = "instance_extra"
    __table_args__ = (Index("instance_extra_idx", "instance_uuid"),)
    id = _id()
    instance_uuid = _uuid()
    device_metadata = _long()
    numa_topology = _long()
    pci_requests = _long()
    flavor = _long()
    vcpu_model = _long()
    migration_context = _long()
    keypairs = _long()


class InstanceMetadata(SoftDeleted, BASE):
    """What the user wants to remember about a server."""

    __tablename__ = "instance_metadata"
    __table_args__ = (Index("instance_metadata_instance_uuid_idx", "instance_uuid"),)
    id = _id()
    key = _text()
    value = _text()
    instance_uuid = _uuid()


class InstanceSystemMetadata(SoftDeleted, BASE):
    """What Nova wants to remember about a server."""

    __tablename__ = "instance_system_metadata"
    __table_args__ = (Index("instance_system_metadata_uuid_idx", "instance_uuid"),)
    id = _id()
    key: Mapped[str] = mapped_column(String(255))
    value = _text()
    instance_uuid = _uuid()


class InstanceInfoCache(SoftDeleted, BASE):
    """What neutron last said about a server's ports, as JSON text."""

    __tablename__ = "instance_info_caches"
    __table_args__ = (
        UniqueConstraint("instance_uuid", name="uniq_instance_info_caches0uuid"),
    )
    id = _id()
    network_info = _long()
    instance_uuid: Mapped[str] = mapped_column(String(36))


class InstanceFault(SoftDeleted, BASE):
    """Why a server failed."""

    __tablename__ = "instance_faults"
    __table_args__ = (Index("instance_faults_uuid_idx", "instance_uuid", "deleted"),)
    id = _id()
    instance_uuid = _uuid()
    code: Mapped[int] = mapped_column(Integer)
    message = _text()
    details = _long()
    host = _text()


class InstanceAction(SoftDeleted, BASE):
    """What a user did to a server."""

    __tablename__ = "instance_actions"
    __table_args__ = (Index("request_id_idx", "instance_uuid", "request_id"),)
    id = _id()
    action = _text()
    instance_uuid = _uuid()
    request_id = _text()
    user_id = _text()
    project_id = _text()
    start_time = _time()
    finish_time = _time()
    message = _text()


class InstanceActionEvent(SoftDeleted, BASE):
    """What a service did to fulfil an action."""

    __tablename__ = "instance_actions_events"
    __table_args__ = (Index("instance_actions_events_action_idx", "action_id"),)
    id = _id()
    event = _text()
    action_id = _int()
    start_time = _time()
    finish_time = _time()
    result = _text()
    traceback = _long()
    host = _text()
    details = _long()


class BlockDeviceMapping(SoftDeleted, BASE):
    """One disk of a server."""

    __tablename__ = "block_device_mapping"
    __table_args__ = (Index("block_device_mapping_uuid_idx", "instance_uuid"),)
    id = _id()
    instance_uuid = _uuid()
    source_type = _text()
    destination_type = _text()
    guest_format = _text()
    device_type = _text()
    disk_bus = _text()
    boot_index = _int()
    device_name = _text()
    delete_on_termination = _flag()
    snapshot_id = _uuid()
    volume_id = _uuid()
    volume_size = _int()
    image_id = _uuid()
    no_device = _flag()
    connection_info = _long()
    tag = _text()


class VirtualInterface(SoftDeleted, BASE):
    """One network interface of a server."""

    __tablename__ = "virtual_interfaces"
    __table_args__ = (
        UniqueConstraint("address", "deleted", name="uniq_virtual_interfaces0address"),
        Index("virtual_interfaces_uuid_idx", "instance_uuid"),
    )
    id = _id()
    address = _text()
    network_id = _int()
    instance_uuid = _uuid()
    uuid = _uuid()
    tag = _text()


class Tag(Timestamped, BASE):
    """One word on one server. In Nova the row has no id of its own."""

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("resource_id", "tag", name="uniq_tags0resource_id0tag"),
        Index("tags_tag_idx", "tag"),
    )
    id = _id()
    resource_id = _uuid()
    tag = _text(80)


class Migration(SoftDeleted, BASE):
    """One move of a server between hosts."""

    __tablename__ = "migrations"
    id = _id()
    source_compute = _text()
    dest_compute = _text()
    source_node = _text()
    dest_node = _text()
    dest_host = _text()
    old_instance_type_id = _int()
    new_instance_type_id = _int()
    instance_uuid = _uuid()
    status = _text()
    migration_type: Mapped[str] = mapped_column(String(64))
    hidden = _flag()
    memory_total = _int()
    memory_processed = _int()
    memory_remaining = _int()
    disk_total = _int()
    disk_processed = _int()
    disk_remaining = _int()


class PciDevice(SoftDeleted, BASE):
    """One PCI device of a host."""

    __tablename__ = "pci_devices"
    id = _id()
    compute_node_id = _int()
    address: Mapped[str] = mapped_column(String(12))
    vendor_id: Mapped[str] = mapped_column(String(4))
    product_id: Mapped[str] = mapped_column(String(4))
    dev_type: Mapped[str] = mapped_column(String(8))
    dev_id = _text()
    status: Mapped[str] = mapped_column(String(36))
    label = _text()
    instance_uuid = _uuid()
    request_id = _uuid()
    extra_info = _long()
    numa_node = _int()
    parent_addr = _text(12)


class Quota(SoftDeleted, BASE):
    """A limit that an operator set for a project."""

    __tablename__ = "quotas"
    __table_args__ = (
        UniqueConstraint("project_id", "resource", "deleted", name="uniq_quotas0"),
    )
    id = _id()
    project_id = _text()
    resource: Mapped[str] = mapped_column(String(255))
    hard_limit = _int()


class ProjectUserQuota(SoftDeleted, BASE):
    """A limit that an operator set for one user of a project."""

    __tablename__ = "project_user_quotas"
    __table_args__ = (
        UniqueConstraint(
            *("user_id", "project_id", "resource", "deleted"),
            name="uniq_project_user_quotas0",
        ),
    )
    id = _id()
    project_id: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[str] = mapped_column(String(255))
    resource: Mapped[str] = mapped_column(String(255))
    hard_limit = _int()


class QuotaClass(SoftDeleted, BASE):
    """A limit for a class of projects; the class ``default`` is for everybody."""

    __tablename__ = "quota_classes"
    id = _id()
    class_name = _text()
    resource = _text()
    hard_limit = _int()


class QuotaUsage(SoftDeleted, BASE):
    """How much a user of a project has, and has reserved."""

    __tablename__ = "quota_usages"
    __table_args__ = (
        UniqueConstraint(
            *("project_id", "user_id", "resource", "deleted"), name="uniq_quota_usages0"
        ),
    )
    id = _id()
    project_id = _text()
    user_id = _text()
    resource: Mapped[str] = mapped_column(String(255))
    in_use: Mapped[int] = mapped_column(Integer)
    reserved: Mapped[int] = mapped_column(Integer)
    until_refresh = _int()


class Reservation(SoftDeleted, BASE):
    """A part of a quota that a request holds until it knows how it ends."""

    __tablename__ = "reservations"
    __table_args__ = (
        Index("reservations_uuid_idx", "uuid"),
        Index("reservations_deleted_expire_idx", "deleted", "expire"),
    )
    id = _id()
    uuid: Mapped[str] = mapped_column(String(36))
    usage_id: Mapped[int] = mapped_column(Integer)
    project_id = _text()
    user_id = _text()
    resource = _text()
    delta: Mapped[int] = mapped_column(Integer)
    expire = _time()
