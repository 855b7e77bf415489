"""Lets go wrong what the lab file says goes wrong. Service code knows none of this."""

import datetime
import threading

from oslo_utils import timeutils

from tracenova import objects
from tracenova.compute.manager import ComputeManager
from tracenova.context import RequestContext
from tracenova.lab import spec
from tracenova.messaging import tap
from tracenova.messaging.envelope import Envelope
from tracenova.neighbours.neutron.agent import Mood


def take_resources(manager: ComputeManager, memory_mb: int) -> None:
    """Use the host's memory behind nova's back.

    The compute's tracker knows at once, the scheduler only after the next audit.
    """
    for (
        tracker
    ) in manager._resource_tracker_dict.values():  # the lab's hand, not nova's
        tracker.compute_node.memory_mb_used += memory_mb
        tracker.compute_node.free_ram_mb -= memory_mb


def age_heartbeat(context: RequestContext, host: str, age_s: int) -> None:
    """Set the compute's last heartbeat into the past."""
    service = objects.Service.get_by_compute_host(context, host)
    service.last_seen_up = timeutils.utcnow() - datetime.timedelta(seconds=age_s)
    service.save()


def disable(context: RequestContext, host: str) -> None:
    """Disable the host's nova-compute, as its administrator did."""
    service = objects.Service.get_by_compute_host(context, host)
    service.disabled = True
    service.disabled_reason = "disabled by the lab"
    service.save()


def message_rule(fault: spec.Fault) -> tap.Rule:
    """Return the bus rule that loses, delays or doubles the first messages of a method."""
    actions: dict[str, tap.Action] = {
        "drop": tap.Drop(),
        "delay": tap.Delay(fault.delay_s),
        "duplicate": tap.Duplicate(),
    }
    return tap.Rule(
        actions[fault.action],
        lambda envelope: envelope.method == fault.method and envelope.kind != "reply",
        fault.times,
    )


class Gathering:
    """Keeps the first messages of a method until all are there; then delivers them.

    They go on in the order in which nova-api got their requests; with ``until``, each
    but the first waits until a message of that method has been sent. So a race is won
    by the same one every time.
    """

    def __init__(self, bus: tap.BusTap, fault: spec.Fault) -> None:
        self._bus = bus
        self._fault = fault
        self._lock = threading.Lock()
        self._kept: list[Envelope] = []
        self._waiting: list[Envelope] = []
        bus.observe(self._see)
        bus.add(tap.Rule(tap.Hold(), self._is_meant, fault.times))

    def _is_meant(self, envelope: Envelope) -> bool:
        return envelope.method == self._fault.method and envelope.kind != "reply"

    def _see(self, moment: tap.Moment) -> None:
        if moment.kind == "held" and self._is_meant(moment.envelope):
            with self._lock:
                self._kept.append(moment.envelope)
                are_all_there = len(self._kept) == self._fault.times
            if are_all_there:
                self._waiting = sorted(self._kept, key=_asked_at)
                self._deliver(1 if self._fault.until else self._fault.times)
        elif moment.kind == "published" and moment.envelope.method == self._fault.until:
            self._deliver(1)

    def _deliver(self, count: int) -> None:
        going, self._waiting = self._waiting[:count], self._waiting[count:]
        for envelope in going:
            self._bus.deliver(envelope.id)


def _asked_at(envelope: Envelope) -> str:
    return str(envelope.context["timestamp"])


def plug_mood(lab: spec.Lab, host: str) -> Mood:
    """Return what the host's L2 agent does with a new port."""
    for fault in lab.faults:
        if fault.kind == "vif-plug" and fault.host in (None, host):
            return "silent" if fault.silent else "fails"
    return "works"
