"""Why a server failed, as its owner may read it.

Nova: nova/objects/instance_fault.py
"""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracenova import exception, objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class InstanceFault(
    base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat
):
    """One failure; details (a traceback) are for administrators.

    Nova: nova/objects/instance_fault.py InstanceFault
    """

    VERSION = "1.2"
    obj_db_table = "instance_faults"
    fields = {
        "id": fields.IntegerField(),
        "instance_uuid": fields.UUIDField(),
        "code": fields.IntegerField(),
        "message": fields.StringField(nullable=True),
        "details": fields.StringField(nullable=True),
        "host": fields.StringField(nullable=True),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", fault: "InstanceFault", db_fault: Row
    ) -> "InstanceFault":
        for name in fault.fields:
            fault[name] = db_fault[name]
        fault._context = context
        fault.obj_reset_changes()
        return fault

    @base.remotable_classmethod
    def get_latest_for_instance(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceFault | None":
        """Read a server's last failure, or None."""
        faults = db.instance_fault_get_by_instance_uuids(context, [instance_uuid])
        if not faults[instance_uuid]:
            return None
        return cls._from_db_object(context, cls(), faults[instance_uuid][0])

    @base.remotable
    def create(self) -> None:
        """Write the failure.

        Raises:
            ObjectActionError: it has a row already.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        names = ("instance_uuid", "code", "message", "details", "host")
        values = {name: getattr(self, name) for name in names}
        db_fault = db.instance_fault_create(self._context, values)
        self._from_db_object(self._context, self, db_fault)


@base.NovaObjectRegistry.register
class InstanceFaultList(base.ObjectListBase, base.NovaObject):
    """Failures of several servers, the newest of each first.

    Nova: nova/objects/instance_fault.py InstanceFaultList
    """

    VERSION = "1.1"
    obj_db_table = "instance_faults"
    fields = {"objects": fields.ListOfObjectsField("InstanceFault")}

    @base.remotable_classmethod
    def get_by_instance_uuids(
        cls, context: "RequestContext", instance_uuids: Sequence[str]
    ) -> "InstanceFaultList":
        """Read the failures of these servers."""
        faults = db.instance_fault_get_by_instance_uuids(context, instance_uuids)
        rows = itertools.chain(*faults.values())
        return base.obj_make_list(context, cls(context), objects.InstanceFault, rows)
