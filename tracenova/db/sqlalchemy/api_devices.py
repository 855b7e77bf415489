"""Disks, network interfaces, PCI devices and moves of servers.

Nova: nova/db/sqlalchemy/api.py [block_device_mapping_*, virtual_interface_*,
pci_device_*, migration_*]
Left out: the legacy format of block devices.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_

from tracenova import exception
from tracenova.db.exception import DBError
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_BDMS = rows.table_of(models.BlockDeviceMapping).c
_VIFS = rows.table_of(models.VirtualInterface).c
_MOVES = rows.table_of(models.Migration).c
_EMPTY_IS_NULL: Final = ("snapshot_id", "volume_id", "image_id")
_ENDED: Final = (
    *("accepted", "confirmed", "reverted", "error", "failed", "completed"),
    *("cancelled", "done"),
)


def _scrubbed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        k: None if k in _EMPTY_IS_NULL and v == "" else v for k, v in values.items()
    }


def block_device_mapping_create(
    context: "RequestContext", values: Mapping[str, Any], legacy: bool = True
) -> Row:
    """Write a new disk of a server."""
    del legacy
    with main_context_manager.writer.using(context) as conn:
        return rows.insert_row(conn, models.BlockDeviceMapping, _scrubbed(values))


def block_device_mapping_update(
    context: "RequestContext",
    bdm_id: int,
    values: Mapping[str, Any],
    legacy: bool = True,
) -> Row | None:
    """Change a disk; None: there is no such disk."""
    del legacy
    with main_context_manager.writer.using(context) as conn:
        row = rows.first(conn, models.BlockDeviceMapping, id=bdm_id, deleted=0)
        if row is None:
            return None
        return rows.update_row(conn, models.BlockDeviceMapping, row, _scrubbed(values))


def block_device_mapping_update_or_create(
    context: "RequestContext", values: Mapping[str, Any], legacy: bool = True
) -> Row:
    """Change the disk with this device name, or write a new one.

    A server has one swap disk: a new one takes the place of the old.
    """
    del legacy
    values = _scrubbed(values)
    model = models.BlockDeviceMapping
    with main_context_manager.writer.using(context) as conn:
        mine = {"instance_uuid": values["instance_uuid"], "deleted": 0}
        row = None
        if values.get("device_name"):
            by_name = {**mine, "device_name": values["device_name"]}
            row = rows.first(conn, model, **by_name)
        if row is None:
            row = rows.insert_row(conn, model, values)
        else:
            row = rows.update_row(conn, model, row, values)
        if row["source_type"] == "blank" and row["guest_format"] == "swap":
            others = [
                *(_BDMS.instance_uuid == row["instance_uuid"], _BDMS.id != row["id"]),
                *(_BDMS.source_type == "blank", _BDMS.guest_format == "swap"),
            ]
            rows.soft_delete(conn, model, *others)
        return row


def _bdms(context: "RequestContext", **by: Any) -> list[Row]:
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.BlockDeviceMapping, deleted=0, **by)


def block_device_mapping_get_all_by_instance(
    context: "RequestContext", instance_uuid: str
) -> list[Row]:
    """Return the disks of a server."""
    return _bdms(context, instance_uuid=instance_uuid)


def block_device_mapping_get_all_by_instance_uuids(
    context: "RequestContext", instance_uuids: Iterable[str]
) -> list[Row]:
    """Return the disks of several servers."""
    uuids = list(instance_uuids)
    if not uuids:
        return []
    with main_context_manager.reader.using(context) as conn:
        wanted = _BDMS.instance_uuid.in_(uuids)
        return rows.where(conn, models.BlockDeviceMapping, wanted, _BDMS.deleted == 0)


def block_device_mapping_get_all_by_volume_id(
    context: "RequestContext",
    volume_id: str,
    columns_to_join: Iterable[str] | None = None,
) -> list[Row]:
    """Return the disks that are this volume."""
    del columns_to_join
    return _bdms(context, volume_id=volume_id)


def block_device_mapping_get_by_instance_and_volume_id(
    context: "RequestContext",
    volume_id: str,
    instance_uuid: str,
    columns_to_join: Iterable[str] | None = None,
) -> Row | None:
    """Return the disk of this server that is this volume, or None."""
    del columns_to_join
    found = _bdms(context, volume_id=volume_id, instance_uuid=instance_uuid)
    return found[0] if found else None


def block_device_mapping_destroy(context: "RequestContext", bdm_id: int) -> None:
    """Mark a disk deleted."""
    with main_context_manager.writer.using(context) as conn:
        rows.soft_delete(conn, models.BlockDeviceMapping, _BDMS.id == bdm_id)


# --- network interfaces ---------------------------------------------------------


def virtual_interface_create(
    context: "RequestContext", values: Mapping[str, Any]
) -> Row:
    """Write a new network interface.

    Raises:
        VirtualInterfaceCreateException: the address is taken, or the database fails.
    """
    try:
        with main_context_manager.writer.using(context) as conn:
            return rows.insert_row(conn, models.VirtualInterface, values)
    except DBError as error:
        raise exception.VirtualInterfaceCreateException from error


def virtual_interface_update(
    context: "RequestContext", address: str, values: Mapping[str, Any]
) -> Row | None:
    """Change the interface with this address; None: there is none."""
    with main_context_manager.writer.using(context) as conn:
        row = rows.first(conn, models.VirtualInterface, address=address, deleted=0)
        if row is None:
            return None
        return rows.update_row(conn, models.VirtualInterface, row, values)


def _vifs(context: "RequestContext", **by: Any) -> list[Row]:
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.VirtualInterface, deleted=0, **by)


def _vif(context: "RequestContext", **by: Any) -> Row | None:
    found = _vifs(context, **by)
    return found[0] if found else None


def virtual_interface_get(context: "RequestContext", vif_id: int) -> Row | None:
    """Return an interface by id, or None."""
    return _vif(context, id=vif_id)


def virtual_interface_get_by_uuid(
    context: "RequestContext", vif_uuid: str
) -> Row | None:
    """Return the interface of a port, or None."""
    return _vif(context, uuid=vif_uuid)


def virtual_interface_get_by_address(
    context: "RequestContext", address: str
) -> Row | None:
    """Return the interface with this address, or None."""
    return _vif(context, address=address)


def virtual_interface_get_by_instance(
    context: "RequestContext", instance_uuid: str
) -> list[Row]:
    """Return the interfaces of a server."""
    return _vifs(context, instance_uuid=instance_uuid)


def virtual_interface_get_all(context: "RequestContext") -> list[Row]:
    """Return all interfaces."""
    return _vifs(context)


def virtual_interface_delete(context: "RequestContext", vif_id: int) -> None:
    """Mark an interface deleted."""
    with main_context_manager.writer.using(context) as conn:
        rows.soft_delete(conn, models.VirtualInterface, _VIFS.id == vif_id)


def virtual_interface_delete_by_instance(
    context: "RequestContext", instance_uuid: str
) -> None:
    """Mark all interfaces of a server deleted."""
    with main_context_manager.writer.using(context) as conn:
        mine = _VIFS.instance_uuid == instance_uuid
        rows.soft_delete(conn, models.VirtualInterface, mine)


# --- PCI devices and moves ------------------------------------------------------


def pci_device_get_all_by_node(context: "RequestContext", node_id: int) -> list[Row]:
    """Return the PCI devices of a compute node."""
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.PciDevice, compute_node_id=node_id, deleted=0)


def pci_device_get_all_by_instance_uuid(
    context: "RequestContext", instance_uuid: str
) -> list[Row]:
    """Return the PCI devices that a server holds."""
    by = {"instance_uuid": instance_uuid, "status": "allocated", "deleted": 0}
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.PciDevice, **by)


def migration_create(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write a new move."""
    with main_context_manager.writer.using(context) as conn:
        return rows.insert_row(conn, models.Migration, values)


def migration_update(
    context: "RequestContext", migration_id: int, values: Mapping[str, Any]
) -> Row:
    """Change a move.

    Raises:
        MigrationNotFound: there is none.
    """
    with main_context_manager.writer.using(context) as conn:
        row = rows.first(conn, models.Migration, id=migration_id)
        if row is None:
            raise exception.MigrationNotFound(migration_id=migration_id)
        return rows.update_row(conn, models.Migration, row, values)


def migration_get_in_progress_by_host_and_node(
    context: "RequestContext", host: str, node: str
) -> list[Row]:
    """Return the moves to or from a host that have not ended."""
    here = or_(
        (_MOVES.source_compute == host) & (_MOVES.source_node == node),
        (_MOVES.dest_compute == host) & (_MOVES.dest_node == node),
    )
    running = _MOVES.status.not_in(_ENDED)
    with main_context_manager.reader.using(context) as conn:
        return rows.where(conn, models.Migration, here, running, _MOVES.deleted == 0)


def migration_get_in_progress_by_instance(
    context: "RequestContext", instance_uuid: str, migration_type: str | None = None
) -> list[Row]:
    """Return the moves of a server that have not ended."""
    tests = [_MOVES.instance_uuid == instance_uuid, _MOVES.status.not_in(_ENDED)]
    if migration_type is not None:
        tests.append(_MOVES.migration_type == migration_type)
    with main_context_manager.reader.using(context) as conn:
        return rows.where(conn, models.Migration, *tests, _MOVES.deleted == 0)


def migration_get_all_by_filters(
    context: "RequestContext", filters: Mapping[str, Any]
) -> list[Row]:
    """Return the moves whose columns have these values."""
    known = {k: v for k, v in filters.items() if k in _MOVES}
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.Migration, deleted=0, **known)
