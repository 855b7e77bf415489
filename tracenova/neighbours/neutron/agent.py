"""The L2 agent of one compute host: wires a port once its tap device has appeared.

In a real cloud it watches the virtual switch and reports to neutron-server over RPC;
only then does the port become ACTIVE and nova-api get network-vif-plugged. Here the
driver's tap watch tells it; within one process it shares neutron's memory, between
processes it reports by RPC (:mod:`tracenova.neighbours.neutron.plugin_rpc`).
"""

import logging
from typing import Literal, Protocol

from tracenova import identity, profiler, utils
from tracenova.virt.taps import Tap

LOG = logging.getLogger(__name__)

Mood = Literal["works", "fails", "silent"]


class Plugin(Protocol):
    """The part of neutron-server that agents report to."""

    def update_device(self, port_id: str, *, is_up: bool) -> None:
        """Take note that a port was wired, or could not be."""


class L2Agent:
    """Wires the ports of one host.

    Args:
        plugin: the server it reports to.
        service: neutron's identity: the agent's work is neutron's in the trace.
        mood: ``works``; ``fails`` reports the wiring failed; ``silent`` never reports,
            so that nova-compute waits until vif_plugging_timeout.
    """

    def __init__(
        self, plugin: Plugin, service: identity.ServiceIdentity, mood: Mood = "works"
    ) -> None:
        self._plugin = plugin
        self._service = service
        self.mood = mood

    def tap_changed(self, tap: Tap) -> None:
        """Notice a tap device; wire the port of a new one in a thread of its own."""
        if tap.present and self.mood != "silent":
            LOG.debug("Wiring port %s at %s", tap.port_id, tap.devname)
            utils.spawn_n(self._wire, tap.port_id)

    def _wire(self, port_id: str) -> None:
        seen: dict[str, str] = {}
        profiler.inject(seen)  # the device is the message: what saw it comes after it
        with identity.acting_as(self._service):
            profiler.witnessed(seen)
            self._plugin.update_device(port_id, is_up=self.mood == "works")
