"""The PCI devices that a server wants, from its flavor and its ports.

Nova: nova/objects/instance_pci_requests.py
Left out: requests kept in system metadata (before Juno).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova.db import api as db
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext
    from tracenova.objects.instance import Instance


@base.NovaObjectRegistry.register
class InstancePCIRequest(base.NovaObject, base.NovaObjectDictCompat):
    """Some number of devices that match a description.

    Nova: nova/objects/instance_pci_requests.py InstancePCIRequest
    """

    VERSION = "1.1"
    fields = {
        "count": fields.IntegerField(),
        "spec": fields.ListOfDictOfNullableStringsField(),
        "alias_name": fields.StringField(nullable=True),
        "is_new": fields.BooleanField(default=False),
        "request_id": fields.UUIDField(nullable=True),
    }

    def obj_load_attr(self, attrname: str) -> None:
        """A field that was never set is None."""
        setattr(self, attrname, None)

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 requests had no id."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            primitive.pop("request_id", None)


@base.NovaObjectRegistry.register
class InstancePCIRequests(base.NovaObject, base.NovaObjectDictCompat):
    """All PCI requests of a server.

    Nova: nova/objects/instance_pci_requests.py InstancePCIRequests
    """

    VERSION = "1.1"
    obj_db_table = "instance_extra"
    fields = {
        "instance_uuid": fields.UUIDField(),
        "requests": fields.ListOfObjectsField("InstancePCIRequest"),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 each request had no id."""
        if versionutils.convert_version_to_tuple(target_version) >= (1, 1):
            return
        for request in primitive.get("requests", ()):
            request["nova_object.data"].pop("request_id", None)
            request["nova_object.version"] = "1.0"

    @classmethod
    def obj_from_db(
        cls, context: "RequestContext", instance_uuid: str, db_requests: str | None
    ) -> "InstancePCIRequests":
        """Read the requests from the ``instance_extra`` row."""
        found = jsonutils.loads(db_requests) if db_requests is not None else []
        requests = [
            InstancePCIRequest(
                count=request["count"],
                spec=request["spec"],
                alias_name=request["alias_name"],
                is_new=False,
                request_id=request["request_id"],
            )
            for request in found
        ]
        for request in requests:
            request.obj_reset_changes()
        self = cls(context=context, requests=requests, instance_uuid=instance_uuid)
        self.obj_reset_changes()
        return self

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "InstancePCIRequests":
        """Read the requests of a server (none: an empty list)."""
        extra = db.instance_extra_get_by_instance_uuid(
            context, instance_uuid, columns=["pci_requests"]
        )
        requests = extra["pci_requests"] if extra is not None else None
        return cls.obj_from_db(context, instance_uuid, requests)

    @classmethod
    def get_by_instance(
        cls, context: "RequestContext", instance: "Instance"
    ) -> "InstancePCIRequests":
        """Read the requests of this server."""
        return cls.get_by_instance_uuid(context, instance["uuid"])

    def to_json(self) -> str:
        """Return the requests as text for the database."""
        names = ("count", "spec", "alias_name", "is_new", "request_id")
        blob = [{name: getattr(r, name) for name in names} for r in self.requests]
        return str(jsonutils.dumps(blob))

    @classmethod
    def from_request_spec_instance_props(
        cls, pci_requests: Mapping[str, Any]
    ) -> "InstancePCIRequests":
        """Read the requests from an old request spec's plain dict."""
        requests = [InstancePCIRequest(**each) for each in pci_requests["requests"]]
        return cls(requests=requests, instance_uuid=pci_requests["instance_uuid"])
