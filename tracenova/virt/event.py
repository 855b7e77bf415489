"""What a hypervisor tells about its guests without being asked.

Nova: nova/virt/event.py
"""

import time
from typing import Final

EVENT_LIFECYCLE_STARTED: Final = 0
EVENT_LIFECYCLE_STOPPED: Final = 1
EVENT_LIFECYCLE_PAUSED: Final = 2
EVENT_LIFECYCLE_RESUMED: Final = 3
EVENT_LIFECYCLE_SUSPENDED: Final = 4

NAMES: Final = {
    EVENT_LIFECYCLE_STARTED: "Started",
    EVENT_LIFECYCLE_STOPPED: "Stopped",
    EVENT_LIFECYCLE_PAUSED: "Paused",
    EVENT_LIFECYCLE_RESUMED: "Resumed",
    EVENT_LIFECYCLE_SUSPENDED: "Suspended",
}


class Event:
    """Something happened on the hypervisor.

    Nova: nova/virt/event.py Event
    """

    def __init__(self, timestamp: float | None = None) -> None:
        self.timestamp = time.time() if timestamp is None else timestamp

    def get_timestamp(self) -> float:
        """Return when it happened, in seconds since the epoch."""
        return self.timestamp

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.timestamp}>"


class InstanceEvent(Event):
    """Something happened to one guest.

    Nova: nova/virt/event.py InstanceEvent
    """

    def __init__(self, uuid: str, timestamp: float | None = None) -> None:
        super().__init__(timestamp)
        self.uuid = uuid

    def get_instance_uuid(self) -> str:
        """Return which instance it happened to."""
        return self.uuid

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.timestamp}, {self.uuid}>"


class LifecycleEvent(InstanceEvent):
    """A guest started, stopped, paused, resumed or was suspended.

    Nova: nova/virt/event.py LifecycleEvent
    """

    def __init__(
        self, uuid: str, transition: int, timestamp: float | None = None
    ) -> None:
        super().__init__(uuid, timestamp)
        self.transition = transition

    def get_transition(self) -> int:
        """Return one of the ``EVENT_LIFECYCLE_*`` numbers."""
        return self.transition

    def get_name(self) -> str:
        """Return the transition in a word."""
        return NAMES.get(self.transition, "Unknown")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.timestamp}, {self.uuid} => {self.get_name()}>"
