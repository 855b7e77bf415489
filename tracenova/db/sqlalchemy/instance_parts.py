"""What hangs on a server: extra, metadata, info cache, services, devices.

Nova: nova/db/sqlalchemy/api.py [_instances_fill_metadata, instance_extra_*,
instance_info_cache_*, instance_metadata_*]
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    literal_column,
    or_,
    select,
    union_all,
)

from tracenova import exception
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_JOINED: Final[dict[str, type[models.BASE]]] = {
    "extra": models.InstanceExtra,
    "info_cache": models.InstanceInfoCache,
}
CREATED: Final = ("metadata", "system_metadata", "info_cache", "extra")
_METADATA: Final[dict[str, type[models.BASE]]] = {
    "metadata": models.InstanceMetadata,
    "system_metadata": models.InstanceSystemMetadata,
}


def _wanted(columns_to_join: Iterable[str] | None) -> set[str]:
    return {name.partition(".")[0] for name in columns_to_join or ()}


def read(
    conn: Connection, columns_to_join: Iterable[str] | None, **by: Any
) -> Row | None:
    """Return the server whose columns have these values, with the wanted parts, or None.

    Those of which it has one come with its row; metadata and system metadata, if both
    are wanted, in one statement more.
    """
    wanted = _wanted(columns_to_join)
    joined = tuple(name for name in _JOINED if name in wanted)
    found = conn.execute(_select_joined(joined, tuple(by)), by).first()
    if found is None:
        return None
    instance = rows.as_row(models.Instance, found)
    begin = len(instance)
    for name in joined:
        part = rows.as_row(_JOINED[name], found[begin:])
        begin += len(part)
        instance[name] = None if part["id"] is None else part
    wanted.difference_update(joined)
    if wanted >= _METADATA.keys():
        instance.update(_both_metadata(conn, instance))
        wanted.difference_update(_METADATA)
    attach(conn, [instance], wanted)
    return instance


@functools.cache
def _select_joined(parts: tuple[str, ...], keys: tuple[str, ...]) -> Select[Any]:
    """Return a server and those parts of which it has one; of several the newest."""
    table = rows.table_of(models.Instance)
    source: Any = table
    tables = [rows.table_of(_JOINED[name]) for name in parts]
    for part in tables:
        shown = or_(part.c.deleted == 0, table.c.deleted != 0)
        source = source.outerjoin(part, (part.c.instance_uuid == table.c.uuid) & shown)
    statement = select(table, *tables).select_from(source)
    statement = statement.where(*(table.c[key] == bindparam(key) for key in keys))
    return statement.order_by(table.c.id, *(part.c.id.desc() for part in tables))


def _both_metadata(conn: Connection, instance: Row) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {kind: {} for kind in _METADATA}
    by = {"uuid": instance["uuid"]}
    for kind, key, value, deleted, _ in conn.execute(_select_both_metadata(), by):
        if not deleted or instance["deleted"]:
            found[kind][key] = value
    return found


@functools.cache
def _select_both_metadata() -> CompoundSelect[Any]:
    selects = []
    for kind, model in _METADATA.items():
        columns = rows.table_of(model).c
        told: Any = literal_column(f"'{kind}'").label("kind")
        place = columns.id.label("place")
        wanted = (told, columns.key, columns.value, columns.deleted, place)
        mine = columns.instance_uuid == bindparam("uuid")
        selects.append(select(*wanted).where(mine))
    return union_all(*selects).order_by("place")


def attach(
    conn: Connection, instances: Sequence[Row], columns_to_join: Iterable[str] | None
) -> None:
    """Read the wanted parts of all the servers, one statement a part."""
    wanted = _wanted(columns_to_join)
    for name in sorted(wanted & _READERS.keys()):
        by_uuid = _READERS[name](conn, instances)
        for instance in instances:
            instance[name] = by_uuid.get(instance["uuid"], _EMPTY.get(name))


def _all_children(
    conn: Connection, model: type[models.BASE], instances: Sequence[Row]
) -> list[Row]:
    if len(instances) == 1:
        by = {"instance_uuid": instances[0]["uuid"]}
        return rows.find(conn, model, **by)
    column = rows.table_of(model).c.instance_uuid
    return rows.where(conn, model, column.in_([i["uuid"] for i in instances]))


def _children(
    conn: Connection, model: type[models.BASE], instances: Sequence[Row]
) -> list[Row]:
    found = _all_children(conn, model, instances)
    gone = {i["uuid"] for i in instances if i["deleted"]}
    return [r for r in found if not r["deleted"] or r["instance_uuid"] in gone]


def _one(model: type[models.BASE]) -> Callable[..., dict[str, Any]]:
    def read(conn: Connection, instances: Sequence[Row]) -> dict[str, Any]:
        # Of a server that was deleted after its own row was read, the part is deleted.
        found = _all_children(conn, model, instances)
        found.sort(key=lambda row: not row["deleted"])
        return {row["instance_uuid"]: row for row in found}

    return read


def _pairs(model: type[models.BASE]) -> Callable[..., dict[str, Any]]:
    def read(conn: Connection, instances: Sequence[Row]) -> dict[str, Any]:
        found: dict[str, Any] = {i["uuid"]: {} for i in instances}
        for row in _children(conn, model, instances):
            found[row["instance_uuid"]][row["key"]] = row["value"]
        return found

    return read


def _pci_devices(conn: Connection, instances: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {i["uuid"]: [] for i in instances}
    for row in _children(conn, models.PciDevice, instances):
        found[row["instance_uuid"]].append(row)
    return found


def _tags(conn: Connection, instances: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {i["uuid"]: [] for i in instances}
    column = rows.table_of(models.Tag).c.resource_id
    for row in rows.where(conn, models.Tag, column.in_(found)):
        found[row["resource_id"]].append(row)
    return found


def _services(conn: Connection, instances: Sequence[Row]) -> dict[str, Any]:
    columns = rows.table_of(models.Service).c
    hosts = {i["host"] for i in instances if i["host"]}
    running = rows.where(
        *(conn, models.Service, columns.host.in_(hosts)),
        *(columns.binary == "nova-compute", columns.deleted == 0),
    )
    return {
        i["uuid"]: [s for s in running if s["host"] == i["host"]] for i in instances
    }


_READERS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "extra": _one(models.InstanceExtra),
    "info_cache": _one(models.InstanceInfoCache),
    "metadata": _pairs(models.InstanceMetadata),
    "system_metadata": _pairs(models.InstanceSystemMetadata),
    "pci_devices": _pci_devices,
    "services": _services,
    "tags": _tags,
}
_EMPTY: Final[dict[str, Any]] = {"metadata": {}, "system_metadata": {}}


def create(conn: Connection, instance: Row, parts: Mapping[str, Any]) -> None:
    """Write the parts of a new server, and put them on its row."""
    uuid = instance["uuid"]
    for kind, model in _METADATA.items():
        pairs = dict(parts[kind] or {})
        rows.insert_rows(conn, model, _pair_rows(uuid, pairs))
        instance[kind] = pairs
    cache = {"network_info": None, **(parts["info_cache"] or {}), "instance_uuid": uuid}
    instance["info_cache"] = rows.insert_row(conn, models.InstanceInfoCache, cache)
    extra = {**(parts["extra"] or {}), "instance_uuid": uuid}
    instance["extra"] = rows.insert_row(conn, models.InstanceExtra, extra)


def _pair_rows(uuid: str, pairs: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"instance_uuid": uuid, "key": k, "value": v} for k, v in pairs.items()]


def replace_metadata(
    conn: Connection, instance_uuid: str, kind: str, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the server's metadata (or system metadata) exactly what is wanted."""
    model = _METADATA[kind]
    columns = rows.table_of(model).c
    present = {
        row["key"]: row
        for row in rows.find(conn, model, instance_uuid=instance_uuid, deleted=0)
    }
    gone = [row["id"] for key, row in present.items() if key not in wanted]
    if gone:
        rows.soft_delete(conn, model, columns.id.in_(gone))
    for key, row in present.items():
        if key in wanted and wanted[key] != row["value"]:
            rows.update_row(conn, model, row, {"value": wanted[key]})
    added = {key: value for key, value in wanted.items() if key not in present}
    rows.insert_rows(conn, model, _pair_rows(instance_uuid, added))
    return dict(wanted)


def instance_metadata_delete(
    context: "RequestContext", instance_uuid: str, key: str
) -> None:
    """Remove one metadata item of a server."""
    columns = rows.table_of(models.InstanceMetadata).c
    with main_context_manager.writer.using(context) as conn:
        mine = (columns.instance_uuid == instance_uuid, columns.key == key)
        rows.soft_delete(conn, models.InstanceMetadata, *mine)


def instance_extra_update_by_uuid(
    context: "RequestContext", instance_uuid: str, values: Mapping[str, Any]
) -> int:
    """Change the objects kept beside a server; return how many rows there were."""
    by = {"instance_uuid": instance_uuid, "deleted": 0}
    with main_context_manager.writer.using(context) as conn:
        changed = rows.update_by(conn, models.InstanceExtra, values, **by)
        if not changed and rows.first(conn, models.Instance, uuid=instance_uuid):
            row = {**values, "instance_uuid": instance_uuid}
            rows.insert_row(conn, models.InstanceExtra, row)
            return 1
        return changed


def instance_extra_get_by_instance_uuid(
    context: "RequestContext", instance_uuid: str, columns: Sequence[str] | None = None
) -> Row | None:
    """Return the objects kept beside a server, or None."""
    del columns  # one short row: reading all of it costs the same
    with main_context_manager.reader.using(context) as conn:
        by = {"instance_uuid": instance_uuid, "deleted": 0}
        return rows.first(conn, models.InstanceExtra, **by)


def instance_info_cache_get(
    context: "RequestContext", instance_uuid: str
) -> Row | None:
    """Return what neutron last said about a server's ports, or None."""
    with main_context_manager.reader.using(context) as conn:
        return rows.first(conn, models.InstanceInfoCache, instance_uuid=instance_uuid)


def instance_info_cache_update(
    context: "RequestContext", instance_uuid: str, values: Mapping[str, Any]
) -> Row:
    """Remember what neutron says about a server's ports; written if missing.

    Of two that write a missing one, the first wins; also when it is deleted by now: a
    deletion that broke off behind that is tried again.

    Raises:
        InstanceInfoCacheNotFound: it is deleted, and the context sees what is deleted.

    Nova: nova/db/sqlalchemy/api.py instance_info_cache_update
    """
    try:
        return _write_info_cache(context, instance_uuid, values)
    except DBDuplicateEntry:
        return dict(instance_info_cache_get(context, instance_uuid) or {})


def _write_info_cache(
    context: "RequestContext", instance_uuid: str, values: Mapping[str, Any]
) -> Row:
    by = {"instance_uuid": instance_uuid}
    with main_context_manager.writer.using(context) as conn:
        row = rows.first(conn, models.InstanceInfoCache, **by)
        if row is None:
            return rows.insert_row(conn, models.InstanceInfoCache, {**values, **by})
        if not row["deleted"]:
            return rows.update_row(conn, models.InstanceInfoCache, row, values)
        if context.read_deleted != "no":
            raise exception.InstanceInfoCacheNotFound(instance_uuid=instance_uuid)
        return {**row, **values}


def instance_info_cache_delete(context: "RequestContext", instance_uuid: str) -> None:
    """Forget what neutron said about a server's ports."""
    columns = rows.table_of(models.InstanceInfoCache).c
    with main_context_manager.writer.using(context) as conn:
        rows.soft_delete(
            conn, models.InstanceInfoCache, columns.instance_uuid == instance_uuid
        )
