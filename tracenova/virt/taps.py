"""The network devices of a host, as an agent on that host sees them come and go.

A real neutron agent notices the tap device that libvirt creates with the guest, wires
it, and neutron then tells Nova that the port is up. The lab's agent subscribes here.

Nova has no such module: the operating system is the messenger there.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple


class Tap(NamedTuple):
    """One change of a device.

    Attributes:
        port_id: the neutron port it belongs to.
        devname: the device's name on the host; empty when removed.
        present: it has come (True) or gone (False).
    """

    port_id: str
    devname: str
    present: bool


class TapWatch:
    """Tells every subscriber about a device that appears or disappears.

    Subscribers are called in the driver's own thread, in the order of subscription,
    and so must return at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._devices: dict[str, str] = {}
        self._subscribers: list[Callable[[Tap], None]] = []

    def subscribe(self, callback: Callable[[Tap], None]) -> None:
        """Call back with every change from now on."""
        with self._lock:
            self._subscribers.append(callback)

    def created(self, port_id: str, devname: str) -> None:
        """Say that the guest's device for the port exists now."""
        with self._lock:
            self._devices[port_id] = devname
        self._tell(Tap(port_id, devname, present=True))

    def removed(self, port_id: str) -> None:
        """Say that the port's device is gone; silent when there was none."""
        with self._lock:
            known = self._devices.pop(port_id, None)
        if known is not None:
            self._tell(Tap(port_id, "", present=False))

    def present(self) -> dict[str, str]:
        """Return the devices that exist now, by port."""
        with self._lock:
            return dict(self._devices)

    def _tell(self, tap: Tap) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for callback in subscribers:
            callback(tap)
