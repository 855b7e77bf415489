"""Hosts that a request names itself: destination, ignored, forced.

All this happens before the first filter.

Nova: nova/scheduler/host_manager.py [the helpers inside HostManager.get_filtered_hosts]
"""

import logging
from collections.abc import Iterable

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler.host_state import HostState

LOG = logging.getLogger(__name__)


def filters_are_skipped(spec_obj: RequestSpec) -> bool:
    """Say whether the request forces a host so that no filter runs at all.

    A check (``_nova_check_type``) forces a host and wants the filters all the same.
    """
    if not (spec_obj.force_hosts or spec_obj.force_nodes):
        return False
    hints = spec_obj.scheduler_hints if "scheduler_hints" in spec_obj else None
    return not (hints and hints.get("_nova_check_type"))


def candidates(
    hosts: Iterable[HostState], spec_obj: RequestSpec
) -> list[HostState] | None:
    """Return the hosts that the request leaves to choose from; None: all ignored."""
    left = list(hosts)
    if spec_obj.requested_destination is not None:
        left = _match_requested_destination(left, spec_obj)
    if spec_obj.ignore_hosts:
        left = _strip_ignore_hosts(left, spec_obj.ignore_hosts)
        if not left:
            return None
    if spec_obj.force_hosts:
        left = _match_forced_hosts(left, spec_obj.force_hosts)
    if spec_obj.force_nodes:
        left = _match_forced_nodes(left, spec_obj.force_nodes)
    return left


def _match_requested_destination(
    hosts: list[HostState], spec_obj: RequestSpec
) -> list[HostState]:
    wanted = spec_obj.requested_destination.host, spec_obj.requested_destination.node
    found = [state for state in hosts if (state.host, state.nodename) == wanted]
    if found:
        LOG.info("Host filter only checking host %s and node %s", *wanted)
    else:
        LOG.info(
            "No hosts matched due to not matching requested destination (%s, %s)",
            *wanted,
        )
    return found


def _strip_ignore_hosts(
    hosts: list[HostState], hosts_to_ignore: list[str]
) -> list[HostState]:
    ignored = {name.lower() for name in hosts_to_ignore}
    stripped = [state.host for state in hosts if state.host.lower() in ignored]
    LOG.info("Host filter ignoring hosts: %s", ", ".join(stripped))
    return [state for state in hosts if state.host.lower() not in ignored]


def _match_forced_hosts(
    hosts: list[HostState], hosts_to_force: list[str]
) -> list[HostState]:
    forced = {name.lower() for name in hosts_to_force}
    found = [state for state in hosts if state.host.lower() in forced]
    _log_forced("hosts", [state.host for state in found], hosts_to_force)
    return found


def _match_forced_nodes(
    hosts: list[HostState], nodes_to_force: list[str]
) -> list[HostState]:
    found = [state for state in hosts if state.nodename in nodes_to_force]
    _log_forced("nodes", [state.nodename for state in found], nodes_to_force)
    return found


def _log_forced(kind: str, found: list[str], wanted: list[str]) -> None:
    if found:
        LOG.info("Host filter forcing available %s to %s", kind, ", ".join(found))
    else:
        LOG.info(
            "No %s matched due to not matching 'force_%s' value of '%s'",
            kind,
            kind,
            ", ".join(wanted),
        )
