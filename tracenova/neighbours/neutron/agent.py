"""The L2 agent of one compute host: wires a port once its tap device has appeared.

In a real cloud it watches the virtual switch and reports to neutron-server over RPC;
only then does the port become ACTIVE and nova-api get network-vif-plugged. Here the
driver's tap watch tells it, and it shares neutron's memory.
"""

import logging
from typing import Literal

from tracenova import identity, utils
from tracenova.neighbours.neutron.app import Neutron
from tracenova.virt.taps import Tap

LOG = logging.getLogger(__name__)

Mood = Literal["works", "fails", "silent"]


class L2Agent:
    """Wires the ports of one host.

    Args:
        neutron: the server it reports to.
        service: neutron's identity: the agent's work is neutron's in the trace.
        mood: ``works``; ``fails`` reports the wiring failed; ``silent`` never reports,
            so that nova-compute waits until vif_plugging_timeout.
    """

    def __init__(
        self, neutron: Neutron, service: identity.ServiceIdentity, mood: Mood = "works"
    ) -> None:
        self._neutron = neutron
        self._service = service
        self.mood = mood

    def tap_changed(self, tap: Tap) -> None:
        """Notice a tap device; wire the port of a new one in a thread of its own."""
        if tap.present and self.mood != "silent":
            LOG.debug("Wiring port %s at %s", tap.port_id, tap.devname)
            utils.spawn_n(self._wire, tap.port_id)

    def _wire(self, port_id: str) -> None:
        with identity.acting_as(self._service):
            port = self._neutron.store.get("ports", port_id)
            if port is None or self._neutron.notifier is None:
                return
            wired = self.mood == "works"
            port["status"] = "ACTIVE" if wired else "ERROR"
            self._neutron.notifier.port_event(
                "network-vif-plugged",
                port["device_id"],
                port_id,
                "completed" if wired else "failed",
            )
