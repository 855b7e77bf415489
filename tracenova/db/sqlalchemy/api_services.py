"""Services and compute nodes in the cell database.

Nova: nova/db/sqlalchemy/api.py [service_*, compute_node*]
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, select

from tracenova import exception
from tracenova.db.exception import DBDuplicateEntry
from tracenova.db.sqlalchemy import models, rows
from tracenova.db.sqlalchemy.enginefacade import main_context_manager
from tracenova.db.sqlalchemy.rows import Row

if TYPE_CHECKING:
    from tracenova.context import RequestContext

_SERVICES = rows.table_of(models.Service).c
_NODES = rows.table_of(models.ComputeNode).c
_OLDEST_VERSIONS = (
    select(_SERVICES.binary, func.min(_SERVICES.version))
    .where(_SERVICES.binary.in_(bindparam("binaries", expanding=True)))
    .where(_SERVICES.deleted == 0, _SERVICES.forced_down.is_(False))
    .group_by(_SERVICES.binary)
)


def service_get(context: "RequestContext", service_id: int) -> Row:
    """Return a service by id.

    Raises:
        ServiceNotFound: there is none.
    """
    with main_context_manager.reader.using(context) as conn:
        row = rows.first(conn, models.Service, id=service_id, deleted=0)
    if row is None:
        raise exception.ServiceNotFound(service_id=service_id)
    return row


def service_get_minimum_version(
    context: "RequestContext", binaries: Iterable[str]
) -> dict[str, int | None]:
    """Return, by binary, the oldest version among services not forced down."""
    with main_context_manager.reader.using(context) as conn:
        found = conn.execute(_OLDEST_VERSIONS, {"binaries": list(binaries)})
        return {row[0]: row[1] for row in found}


def _services(context: "RequestContext", **by: Any) -> list[Row]:
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.Service, deleted=0, **by)


def service_get_all(
    context: "RequestContext", disabled: bool | None = None
) -> list[Row]:
    """Return all services, or only the disabled or enabled ones."""
    return _services(context, **({} if disabled is None else {"disabled": disabled}))


def service_get_all_by_topic(context: "RequestContext", topic: str) -> list[Row]:
    """Return the enabled services that listen on a topic."""
    return _services(context, disabled=False, topic=topic)


def service_get_all_by_binary(
    context: "RequestContext", binary: str, include_disabled: bool = False
) -> list[Row]:
    """Return the services of one kind, the enabled ones unless told otherwise."""
    if include_disabled:
        return _services(context, binary=binary)
    return _services(context, binary=binary, disabled=False)


def service_get_all_by_host(context: "RequestContext", host: str) -> list[Row]:
    """Return the services of a host."""
    return _services(context, host=host)


def service_get_by_host_and_topic(
    context: "RequestContext", host: str, topic: str
) -> Row | None:
    """Return the enabled service that listens there, or None."""
    found = _services(context, host=host, topic=topic, disabled=False)
    return found[0] if found else None


def service_get_by_host_and_binary(
    context: "RequestContext", host: str, binary: str
) -> Row:
    """Return the service of this kind on a host.

    Raises:
        HostBinaryNotFound: there is none.
    """
    found = _services(context, host=host, binary=binary)
    if not found:
        raise exception.HostBinaryNotFound(host=host, binary=binary)
    return found[0]


def service_get_by_compute_host(context: "RequestContext", host: str) -> Row:
    """Return the nova-compute of a host.

    Raises:
        ComputeHostNotFound: it has none.
    """
    found = _services(context, host=host, binary="nova-compute")
    if not found:
        raise exception.ComputeHostNotFound(host=host)
    return found[0]


def service_create(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write a new service.

    Raises:
        ServiceBinaryExists: this host has one of this kind.
        ServiceTopicExists: this host has one on this topic.
    """
    try:
        with main_context_manager.writer.using(context) as conn:
            return rows.insert_row(conn, models.Service, values)
    except DBDuplicateEntry as error:
        host = values.get("host")
        if "binary" in error.columns:
            raise exception.ServiceBinaryExists(
                host=host, binary=values.get("binary")
            ) from error
        raise exception.ServiceTopicExists(
            host=host, topic=values.get("topic")
        ) from error


def service_update(
    context: "RequestContext", service_id: int, values: Mapping[str, Any]
) -> Row:
    """Change a service; one more report means that it was seen now.

    Raises:
        ServiceNotFound: there is none.
    """
    with main_context_manager.writer.using(context) as conn:
        row = rows.first(conn, models.Service, id=service_id, deleted=0)
        if row is None:
            raise exception.ServiceNotFound(service_id=service_id)
        changed = dict(values)
        if changed.get("report_count", 0) > (row["report_count"] or 0):
            changed["last_seen_up"] = rows.now()
        return rows.update_row(conn, models.Service, row, changed)


def service_destroy(context: "RequestContext", service_id: int) -> None:
    """Mark a service deleted, and its compute nodes.

    Raises:
        ServiceNotFound: there is none.
    """
    with main_context_manager.writer.using(context) as conn:
        row = rows.first(conn, models.Service, id=service_id, deleted=0)
        if row is None:
            raise exception.ServiceNotFound(service_id=service_id)
        rows.soft_delete(conn, models.Service, _SERVICES.id == service_id)
        if row["binary"] == "nova-compute":
            rows.soft_delete(conn, models.ComputeNode, _NODES.host == row["host"])


# --- compute nodes --------------------------------------------------------------


def _nodes(context: "RequestContext", **by: Any) -> list[Row]:
    with main_context_manager.reader.using(context) as conn:
        return rows.find(conn, models.ComputeNode, deleted=0, **by)


def compute_node_get(context: "RequestContext", compute_id: int) -> Row:
    """Return a compute node by id.

    Raises:
        ComputeHostNotFound: there is none.
    """
    with main_context_manager.reader.using(context) as conn:
        return _node(conn, compute_id)


def _node(conn: Connection, compute_id: int) -> Row:
    row = rows.first(conn, models.ComputeNode, id=compute_id, deleted=0)
    if row is None:
        raise exception.ComputeHostNotFound(host=compute_id)
    return row


def compute_node_get_all(context: "RequestContext") -> list[Row]:
    """Return all compute nodes."""
    return _nodes(context)


def compute_node_get_all_by_host(context: "RequestContext", host: str) -> list[Row]:
    """Return the compute nodes of a host.

    Raises:
        ComputeHostNotFound: there are none.
    """
    found = _nodes(context, host=host)
    if not found:
        raise exception.ComputeHostNotFound(host=host)
    return found


def compute_nodes_get_by_service_id(
    context: "RequestContext", service_id: int
) -> list[Row]:
    """Return the compute nodes of a service.

    Raises:
        ServiceNotFound: there are none.
    """
    found = _nodes(context, service_id=service_id)
    if not found:
        raise exception.ServiceNotFound(service_id=service_id)
    return found


def compute_node_get_by_host_and_nodename(
    context: "RequestContext", host: str, nodename: str
) -> Row:
    """Return a compute node by its two names.

    Raises:
        ComputeHostNotFound: there is none.
    """
    found = _nodes(context, host=host, hypervisor_hostname=nodename)
    if not found:
        raise exception.ComputeHostNotFound(host=host)
    return found[0]


def compute_node_search_by_hypervisor(
    context: "RequestContext", hypervisor_match: str
) -> list[Row]:
    """Return the compute nodes whose hypervisor's name contains the text."""
    like = _NODES.hypervisor_hostname.like(f"%{hypervisor_match}%")
    with main_context_manager.reader.using(context) as conn:
        return rows.where(conn, models.ComputeNode, like, _NODES.deleted == 0)


def compute_node_create(context: "RequestContext", values: Mapping[str, Any]) -> Row:
    """Write a new compute node."""
    with main_context_manager.writer.using(context) as conn:
        return rows.insert_row(conn, models.ComputeNode, values)


def compute_node_update(
    context: "RequestContext", compute_id: int, values: Mapping[str, Any]
) -> Row:
    """Change a compute node; ``updated_at`` always moves, so that it shows life.

    Raises:
        ComputeHostNotFound: there is none.
    """
    with main_context_manager.writer.using(context) as conn:
        row = _node(conn, compute_id)
        return rows.update_row(conn, models.ComputeNode, row, values)


def compute_node_delete(context: "RequestContext", compute_id: int) -> None:
    """Mark a compute node deleted.

    Raises:
        ComputeHostNotFound: there is none.
    """
    with main_context_manager.writer.using(context) as conn:
        if not rows.soft_delete(conn, models.ComputeNode, _NODES.id == compute_id):
            raise exception.ComputeHostNotFound(host=compute_id)
