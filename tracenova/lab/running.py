"""A cloud that is watched while it runs: recorded, its story fed to whoever looks."""

import contextlib
import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tracenova import identity, objects, telemetry
from tracenova.conf import CONF
from tracenova.lab import consoles, hypervisors, libvirt_health, room, spec
from tracenova.lab.cloud import Cloud
from tracenova.lab.settings import Settings
from tracenova.messaging import tap
from tracenova.messaging.envelope import Envelope

_CONSOLE_LINES = 20


@contextlib.contextmanager
def running(
    lab: spec.Lab,
    save: Path,
    *,
    virt: str | None = None,
    transport_url: str | None = None,
    narrate: Callable[[str], None],
) -> Iterator[tuple[Cloud, telemetry.Session]]:
    """Run a lab within the block, every span recorded.

    Args:
        lab: what to build.
        save: file of the trace.
        virt: overrides every host's kind: ``fake``, ``test`` or a libvirt URI.
        transport_url: another bus than the embedded one.
        narrate: told one line when something is not as wished.
    """
    save.parent.mkdir(parents=True, exist_ok=True)
    with (
        room.state_folder() as state,
        room.blamed(state),
        telemetry.recording(save=save, on_problem=narrate) as session,
    ):
        url = transport_url or f"fakeredis://{lab.name}/"
        settings = Settings(state_path=state, transport_url=url)
        with Cloud(lab, settings, virt=virt, narrate=narrate) as cloud:

            def tell(moment: tap.Moment) -> None:
                session.feed.message(moment.kind, **_described(moment.envelope))

            with cloud.tap.observing(tell):
                yield cloud, session


def _described(envelope: Envelope) -> dict[str, str]:
    return {
        "id": envelope.id,
        "operation": envelope.kind,
        "method": envelope.method,
        "topic": envelope.topic,
        "server": envelope.server or "",
    }


def set_patience(cloud: Cloud, seconds: int) -> None:
    """Let every service wait so long for the replies to its calls from now on.

    A call that is under way keeps its time: the caller read ``rpc_response_timeout``
    when it began to wait.
    """
    services = [service.identity for service in cloud.services.values()]
    for who in (*services, cloud.service_identity("nova-api")):
        with identity.acting_as(who):
            CONF.effective().set_override("rpc_response_timeout", seconds)


def hosts_of(cloud: Cloud) -> dict[str, Mapping[str, Any]]:
    """Return each host's capacity, heartbeat and guests' consoles, asked now."""
    found: dict[str, Mapping[str, Any]] = {}
    asked: dict[str, str] = {}
    with cloud.as_admin() as context:
        services = objects.ServiceList.get_by_binary(context, "nova-compute")
        beats = {service.host: service for service in services}
        for node in objects.ComputeNodeList.get_all(context):
            found[node.host] = {
                "memory": f"{node.memory_mb_used} of {node.memory_mb} MB used",
                "disk": f"{node.local_gb_used} of {node.local_gb} GB used",
                "vcpus": f"{node.vcpus_used} of {node.vcpus} used",
                "guests": node.running_vms or 0,
                "heartbeat": _beat(beats.get(node.host)),
                **_hypervisor(cloud.kind_of(node.host), asked),
                "consoles": _consoles(cloud, context, node.host),
            }
    return found


def deaf_services(cloud: Cloud) -> set[str]:
    """Return the services, ``nova-scheduler@controller``, that take no messages.

    They were stopped or killed, or the thread that takes the messages has ended. The
    cloud's bus is a Redis, embedded or real.
    """
    return {
        name
        for name, service in list(cloud.services.items())
        if not service.rpcserver.listener.polled.is_polled
    }


def _hypervisor(kind: str, asked: dict[str, str]) -> dict[str, str]:
    """Return what the libvirt of a real host says; several hosts may share one."""
    if not hypervisors.is_real(kind):
        return {}
    if kind not in asked:
        asked[kind] = libvirt_health.complaint(kind)
    return {"libvirt": f"✗ {asked[kind]}" if asked[kind] else "answers"}


def _consoles(cloud: Cloud, context: Any, host: str) -> dict[str, list[str]]:
    """Return what each real guest of a host has said last; {} on fake hosts."""
    if not hypervisors.is_real(cloud.kind_of(host)):
        return {}
    found = {}
    for instance in objects.InstanceList.get_by_host(context, host):
        log = consoles.console_log(cloud, instance.uuid)
        text = log.read_text(errors="replace") if log else ""
        said = text.splitlines()[-_CONSOLE_LINES:]
        found[instance.display_name] = said or ["(nothing yet)"]
    return found


def _beat(service: Any) -> str:
    if service is None:
        return "no service"
    disabled = ", disabled" if service.disabled else ""
    seen = service.last_seen_up or service.updated_at or service.created_at
    if seen is None:
        return f"never{disabled}"
    age = datetime.datetime.now(datetime.UTC) - seen.replace(tzinfo=datetime.UTC)
    return f"{max(0, round(age.total_seconds()))} s ago{disabled}"
