"""What neutron tells about a server: a port was plugged, unplugged, changed, deleted.

Nova: nova/objects/external_event.py
"""

from tracenova.objects import base, fields

EVENT_NAMES = [
    "network-changed",
    "network-vif-plugged",
    "network-vif-unplugged",
    "network-vif-deleted",
]
EVENT_STATUSES = ["failed", "completed", "in-progress"]


@base.NovaObjectRegistry.register
class InstanceExternalEvent(base.NovaObject):
    """One event about one server; the tag is the port's id.

    Nova: nova/objects/external_event.py InstanceExternalEvent
    """

    VERSION = "1.1"
    fields = {
        "instance_uuid": fields.UUIDField(),
        "name": fields.EnumField(valid_values=EVENT_NAMES),
        "status": fields.EnumField(valid_values=EVENT_STATUSES),
        "tag": fields.StringField(nullable=True),
        "data": fields.DictOfStringsField(),
    }

    @staticmethod
    def make_key(name: str, tag: str | None = None) -> str:
        """Return the name under which a compute waits for the event."""
        return name if tag is None else f"{name}-{tag}"

    @property
    def key(self) -> str:
        """The name under which a compute waits for this event."""
        return self.make_key(self.name, self.tag)
