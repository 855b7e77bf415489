"""Lets go wrong what the lab file says goes wrong. Service code knows none of this."""

import datetime

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


def gather(bus: tap.BusTap, fault: spec.Fault) -> None:
    """Keep the first messages of a method until all are there; then deliver them.

    They are delivered in the order in which nova-api got their requests, so that a
    race is won by the same one every time.
    """
    kept: list[Envelope] = []
    rule = tap.Rule(tap.Hold(), lambda one: one.method == fault.method, fault.times)

    def see(moment: tap.Moment) -> None:
        if moment.kind != "held" or moment.envelope.method != fault.method:
            return
        kept.append(moment.envelope)
        if len(kept) == fault.times:
            for one in sorted(kept, key=lambda one: str(one.context["timestamp"])):
                bus.deliver(one.id)

    bus.observe(see)
    bus.add(rule)


def plug_mood(lab: spec.Lab, host: str) -> Mood:
    """Return what the host's L2 agent does with a new port."""
    for fault in lab.faults:
        if fault.kind == "vif-plug" and fault.host in (None, host):
            return "silent" if fault.silent else "fails"
    return "works"
