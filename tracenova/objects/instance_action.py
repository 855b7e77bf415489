"""What users did to a server, and the steps that services took to fulfil it.

Nova: nova/objects/instance_action.py
"""

from typing import TYPE_CHECKING, Any

from oslo_utils import timeutils

from tracenova import objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


def _fill(context: "RequestContext", obj: Any, row: Row) -> Any:
    for name in obj.fields:
        obj[name] = row[name]
    obj._context = context
    obj.obj_reset_changes()
    return obj


@base.NovaObjectRegistry.register
class InstanceAction(
    base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat
):
    """One action of a user on a server: create, delete, reboot.

    Nova: nova/objects/instance_action.py InstanceAction
    """

    VERSION = "1.1"
    obj_db_table = "instance_actions"
    fields = {
        "id": fields.IntegerField(),
        "action": fields.StringField(nullable=True),
        "instance_uuid": fields.UUIDField(nullable=True),
        "request_id": fields.StringField(nullable=True),
        "user_id": fields.StringField(nullable=True),
        "project_id": fields.StringField(nullable=True),
        "start_time": fields.DateTimeField(nullable=True),
        "finish_time": fields.DateTimeField(nullable=True),
        "message": fields.StringField(nullable=True),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", action: "InstanceAction", db_action: Row
    ) -> "InstanceAction":
        filled: InstanceAction = _fill(context, action, db_action)
        return filled

    @staticmethod
    def pack_action_start(
        context: "RequestContext", instance_uuid: str, action_name: str
    ) -> dict[str, Any]:
        """Return the row of an action that begins."""
        return {
            "request_id": context.request_id,
            "instance_uuid": instance_uuid,
            "user_id": context.user_id,
            "project_id": context.project_id,
            "action": action_name,
            "start_time": context.timestamp,
        }

    @staticmethod
    def pack_action_finish(
        context: "RequestContext", instance_uuid: str
    ) -> dict[str, Any]:
        """Return what changes in the row when the action ends."""
        return {
            "request_id": context.request_id,
            "instance_uuid": instance_uuid,
            "finish_time": timeutils.utcnow(),
        }

    @base.remotable_classmethod
    def get_by_request_id(
        cls, context: "RequestContext", instance_uuid: str, request_id: str
    ) -> "InstanceAction | None":
        """Read what one request did to a server, or None."""
        row = db.action_get_by_request_id(context, instance_uuid, request_id)
        return cls._from_db_object(context, cls(), row) if row else None

    @base.remotable_classmethod
    def action_start(
        cls,
        context: "RequestContext",
        instance_uuid: str,
        action_name: str,
        want_result: bool = True,
    ) -> "InstanceAction | None":
        """Write down that an action begins."""
        values = cls.pack_action_start(context, instance_uuid, action_name)
        row = db.action_start(context, values)
        return cls._from_db_object(context, cls(), row) if want_result else None

    @base.remotable_classmethod
    def action_finish(
        cls, context: "RequestContext", instance_uuid: str, want_result: bool = True
    ) -> "InstanceAction | None":
        """Write down that the request's action has ended."""
        row = db.action_finish(context, cls.pack_action_finish(context, instance_uuid))
        return cls._from_db_object(context, cls(), row) if want_result else None

    @base.remotable
    def finish(self) -> None:
        """Write down that this action has ended."""
        values = self.pack_action_finish(self._context, self.instance_uuid)
        row = db.action_finish(self._context, values)
        self._from_db_object(self._context, self, row)


@base.NovaObjectRegistry.register
class InstanceActionList(base.ObjectListBase, base.NovaObject):
    """All actions on a server, the newest first.

    Nova: nova/objects/instance_action.py InstanceActionList
    """

    VERSION = "1.0"
    obj_db_table = "instance_actions"
    fields = {"objects": fields.ListOfObjectsField("InstanceAction")}

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstanceActionList":
        """Read all actions on a server."""
        rows = db.actions_get(context, instance_uuid)
        return base.obj_make_list(context, cls(), InstanceAction, rows)


@base.NovaObjectRegistry.register
class InstanceActionEvent(
    base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat
):
    """One step of an action: ``compute__do_build_and_run_instance``.

    Nova: nova/objects/instance_action.py InstanceActionEvent
    """

    VERSION = "1.1"
    obj_db_table = "instance_actions_events"
    fields = {
        "id": fields.IntegerField(),
        "event": fields.StringField(nullable=True),
        "action_id": fields.IntegerField(nullable=True),
        "start_time": fields.DateTimeField(nullable=True),
        "finish_time": fields.DateTimeField(nullable=True),
        "result": fields.StringField(nullable=True),
        "traceback": fields.StringField(nullable=True),
    }

    @staticmethod
    def _from_db_object(
        context: "RequestContext", event: "InstanceActionEvent", db_event: Row
    ) -> "InstanceActionEvent":
        filled: InstanceActionEvent = _fill(context, event, db_event)
        return filled

    @staticmethod
    def pack_action_event_start(
        context: "RequestContext", instance_uuid: str, event_name: str
    ) -> dict[str, Any]:
        """Return the row of a step that begins."""
        return {
            "event": event_name,
            "instance_uuid": instance_uuid,
            "request_id": context.request_id,
            "start_time": timeutils.utcnow(),
        }

    @staticmethod
    def pack_action_event_finish(
        context: "RequestContext",
        instance_uuid: str,
        event_name: str,
        exc_val: str | None = None,
        exc_tb: str | None = None,
    ) -> dict[str, Any]:
        """Return what changes in the row when the step ends, well or not."""
        values = {
            "event": event_name,
            "instance_uuid": instance_uuid,
            "request_id": context.request_id,
            "finish_time": timeutils.utcnow(),
        }
        if exc_tb is None:
            return values | {"result": "Success"}
        return values | {"result": "Error", "message": exc_val, "traceback": exc_tb}

    @base.remotable_classmethod
    def get_by_id(
        cls, context: "RequestContext", action_id: int, event_id: int
    ) -> "InstanceActionEvent | None":
        """Read one step of an action, or None."""
        row = db.action_event_get_by_id(context, action_id, event_id)
        return cls._from_db_object(context, cls(), row) if row else None

    @base.remotable_classmethod
    def event_start(
        cls,
        context: "RequestContext",
        instance_uuid: str,
        event_name: str,
        want_result: bool = True,
    ) -> "InstanceActionEvent | None":
        """Write down that a step begins."""
        values = cls.pack_action_event_start(context, instance_uuid, event_name)
        row = db.action_event_start(context, values)
        return cls._from_db_object(context, cls(), row) if want_result else None

    @base.serialize_args
    @base.remotable_classmethod
    def event_finish_with_failure(
        cls,
        context: "RequestContext",
        instance_uuid: str,
        event_name: str,
        exc_val: str | None = None,
        exc_tb: str | None = None,
        want_result: bool | None = None,
    ) -> "InstanceActionEvent | None":
        """Write down how a step ended; ``exc_tb`` None: well."""
        values = cls.pack_action_event_finish(
            context, instance_uuid, event_name, exc_val=exc_val, exc_tb=exc_tb
        )
        row = db.action_event_finish(context, values)
        return cls._from_db_object(context, cls(), row) if want_result else None

    @base.remotable_classmethod
    def event_finish(
        cls,
        context: "RequestContext",
        instance_uuid: str,
        event_name: str,
        want_result: bool = True,
    ) -> "InstanceActionEvent | None":
        """Write down that a step ended well."""
        ended: InstanceActionEvent | None = cls.event_finish_with_failure(
            context, instance_uuid, event_name, want_result=want_result
        )
        return ended


@base.NovaObjectRegistry.register
class InstanceActionEventList(base.ObjectListBase, base.NovaObject):
    """The steps of an action, the newest first.

    Nova: nova/objects/instance_action.py InstanceActionEventList
    """

    VERSION = "1.1"
    obj_db_table = "instance_actions_events"
    fields = {"objects": fields.ListOfObjectsField("InstanceActionEvent")}

    @base.remotable_classmethod
    def get_by_action(
        cls, context: "RequestContext", action_id: int
    ) -> "InstanceActionEventList":
        """Read the steps of an action."""
        rows = db.action_events_get(context, action_id)
        kind = objects.InstanceActionEvent
        return base.obj_make_list(context, cls(context), kind, rows)
