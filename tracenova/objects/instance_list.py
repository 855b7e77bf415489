"""Several servers.

Nova: nova/objects/instance.py [InstanceList]
Left out: security groups of nova-network.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oslo_utils import timeutils

from tracenova import objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields
from tracenova.objects.instance_fields import expected_cols

if TYPE_CHECKING:
    from tracenova.context import RequestContext


def _make_instance_list(
    context: "RequestContext",
    inst_list: "InstanceList",
    db_inst_list: Sequence[Row],
    expected_attrs: Sequence[str] | None,
) -> "InstanceList":
    wanted = [name for name in expected_attrs or () if name != "fault"]
    inst_list.objects = [
        objects.Instance._from_db_object(
            context, objects.Instance(context), row, wanted
        )
        for row in db_inst_list
    ]
    inst_list._context = context
    if expected_attrs and "fault" in expected_attrs:
        inst_list.fill_faults()
    inst_list.obj_reset_changes()
    return inst_list


@base.NovaObjectRegistry.register
class InstanceList(base.ObjectListBase, base.NovaObject):
    """Servers that have something in common.

    Nova: nova/objects/instance.py InstanceList
    """

    VERSION = "2.1"
    obj_db_table = "instances"
    fields = {"objects": fields.ListOfObjectsField("Instance")}

    @base.remotable_classmethod
    def get_by_filters(
        cls,
        context: "RequestContext",
        filters: Mapping[str, Any],
        sort_key: str = "created_at",
        sort_dir: str = "desc",
        limit: int | None = None,
        marker: str | None = None,
        expected_attrs: Sequence[str] | None = None,
        use_slave: bool = False,
        sort_keys: Sequence[str] | None = None,
        sort_dirs: Sequence[str] | None = None,
    ) -> "InstanceList":
        """Read the servers that pass all filters.

        Raises:
            MarkerNotFound: the page's marker is no server.
        """
        del use_slave
        rows = db.instance_get_all_by_filters_sort(
            context,
            filters,
            limit=limit,
            marker=marker,
            columns_to_join=expected_cols(expected_attrs or ()),
            sort_keys=sort_keys or [sort_key],
            sort_dirs=sort_dirs or [sort_dir],
        )
        return _make_instance_list(context, cls(), rows, expected_attrs)

    @base.remotable_classmethod
    def get_by_host(
        cls,
        context: "RequestContext",
        host: str,
        expected_attrs: Sequence[str] | None = None,
        use_slave: bool = False,
    ) -> "InstanceList":
        """Read the servers of a host."""
        del use_slave
        columns = expected_cols(expected_attrs or ())
        rows = db.instance_get_all_by_host(context, host, columns_to_join=columns)
        return _make_instance_list(context, cls(), rows, expected_attrs)

    @base.remotable_classmethod
    def get_by_host_and_node(
        cls,
        context: "RequestContext",
        host: str,
        node: str,
        expected_attrs: Sequence[str] | None = None,
    ) -> "InstanceList":
        """Read the servers of one node of a host."""
        columns = expected_cols(expected_attrs or ())
        rows = db.instance_get_all_by_host_and_node(context, host, node, columns)
        return _make_instance_list(context, cls(), rows, expected_attrs)

    @base.remotable_classmethod
    def get_by_host_and_not_type(
        cls,
        context: "RequestContext",
        host: str,
        type_id: int | None = None,
        expected_attrs: Sequence[str] | None = None,
    ) -> "InstanceList":
        """Read the servers of a host whose flavor is another."""
        rows = db.instance_get_all_by_host_and_not_type(context, host, type_id)
        return _make_instance_list(context, cls(), rows, expected_attrs)

    @base.remotable_classmethod
    def get_all(
        cls, context: "RequestContext", expected_attrs: Sequence[str] | None = None
    ) -> "InstanceList":
        """Read all servers of the project; an administrator reads all."""
        rows = db.instance_get_all(context, expected_cols(expected_attrs or ()))
        return _make_instance_list(context, cls(), rows, expected_attrs)

    @base.remotable_classmethod
    def get_uuids_by_host(cls, context: "RequestContext", host: str) -> list[str]:
        """Return the uuids of a host's servers."""
        rows = db.instance_get_all_by_host(context, host, columns_to_join=[])
        return [row["uuid"] for row in rows]

    @classmethod
    def get_active_by_window_joined(
        cls,
        context: "RequestContext",
        begin: datetime.datetime,
        end: datetime.datetime,
        project_id: str | None = None,
        expected_attrs: list[str] | None = None,
    ) -> "InstanceList":
        """Return servers, deleted ones too, that ran between two moments."""
        rows = db.instance_get_active_by_window(
            context,
            timeutils.normalize_time(begin),
            timeutils.normalize_time(end),
            project_id,
            expected_cols(expected_attrs or ()),
        )
        return _make_instance_list(context, cls(), rows, expected_attrs)

    def fill_faults(self) -> list[str]:
        """Read the last fault of every server at once; return who has one."""
        uuids = [instance.uuid for instance in self]
        newest: dict[str, Any] = {}
        for fault in objects.InstanceFaultList.get_by_instance_uuids(
            self._context, uuids
        ):
            newest.setdefault(fault.instance_uuid, fault)
        for instance in self:
            instance.fault = newest.get(instance.uuid)
            instance.obj_reset_changes(["fault"])
        return list(newest)
