"""Near or far from other servers: hints and server groups.

Nova: nova/scheduler/filters/affinity_filter.py
"""

from typing import ClassVar, Final

import netaddr

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import utils
from tracenova.scheduler.host_state import HostState

_LENIENT: Final = netaddr.INET_ATON  # 10 is 0.0.0.10


class DifferentHostFilter(filters.BaseHostFilter):
    """Refuses hosts of the servers that the hint ``different_host`` names.

    Nova: nova/scheduler/filters/affinity_filter.py DifferentHostFilter
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether none of those servers is here."""
        uuids = spec_obj.get_scheduler_hint("different_host")
        if not uuids or not utils.instance_uuids_overlap(host_state, uuids):
            return True
        return filters.refuse("holds a server of different_host %(uuids)s", uuids=uuids)


class SameHostFilter(filters.BaseHostFilter):
    """Refuses hosts without any server that the hint ``same_host`` names.

    Nova: nova/scheduler/filters/affinity_filter.py SameHostFilter
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether one of those servers is here."""
        uuids = spec_obj.get_scheduler_hint("same_host")
        if not uuids or utils.instance_uuids_overlap(host_state, uuids):
            return True
        return filters.refuse("holds no server of same_host %(uuids)s", uuids=uuids)


class SimpleCIDRAffinityFilter(filters.BaseHostFilter):
    """Refuses hosts outside the network of the hint ``build_near_host_ip``.

    Nova: nova/scheduler/filters/affinity_filter.py SimpleCIDRAffinityFilter
    """

    run_filter_once_per_request = True

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host's address is in the network (hint ``cidr``, /24).

        Raises:
            netaddr.AddrFormatError: a hint or the host's address cannot be read.
        """
        near = spec_obj.get_scheduler_hint("build_near_host_ip")
        if not near:
            return True
        prefix = spec_obj.get_scheduler_hint("cidr", "/24")
        network = _network(f"{near}{prefix}")
        is_near = netaddr.IPAddress(host_state.host_ip, flags=_LENIENT) in network
        if is_near:
            return True
        return filters.refuse(
            "address %(address)s is not in %(network)s",
            address=host_state.host_ip,
            network=network,
        )


def _network(text: str) -> netaddr.IPNetwork:
    try:
        return netaddr.IPNetwork(text)
    except netaddr.AddrFormatError:  # Newton's netaddr took 10.1/16 for 10.1.0.0/16
        address, slash, prefix = text.partition("/")
        address = netaddr.expand_partial_ipv4_address(address)
        return netaddr.IPNetwork(f"{address}{slash}{prefix}")


class _GroupAntiAffinityFilter(filters.BaseHostFilter):
    policy_name: ClassVar[str]

    def is_asked(self, spec_obj: RequestSpec) -> bool:
        """Say whether the server is of a group with this policy."""
        group = spec_obj.instance_group
        return bool(group) and self.policy_name in group.policies

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether no member of the group is here.

        A server that is here already may stay: a resize asks its own host too.
        """
        group = spec_obj.instance_group
        if not group or self.policy_name not in group.policies:
            return True
        if spec_obj.instance_uuid in host_state.instances:
            return True
        if host_state.host not in (group.hosts or ()):
            return True
        return filters.refuse(
            "policy %(policy)s: the group is already on %(hosts)s",
            policy=self.policy_name,
            hosts=", ".join(group.hosts),
        )


class ServerGroupAntiAffinityFilter(_GroupAntiAffinityFilter):
    """Keeps the members of an anti-affinity group on different hosts.

    Nova: nova/scheduler/filters/affinity_filter.py ServerGroupAntiAffinityFilter
    """

    policy_name = "anti-affinity"


class _GroupAffinityFilter(filters.BaseHostFilter):
    policy_name: ClassVar[str]

    def is_asked(self, spec_obj: RequestSpec) -> bool:
        """Say whether the server is of a group with this policy."""
        group = spec_obj.instance_group
        return bool(group) and self.policy_name in group.policies

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the group is here; the first member may go anywhere."""
        group = spec_obj.instance_group
        if not group or self.policy_name not in group.policies or not group.hosts:
            return True
        if host_state.host in group.hosts:
            return True
        return filters.refuse(
            "policy %(policy)s: the group is on %(hosts)s",
            policy=self.policy_name,
            hosts=", ".join(group.hosts),
        )


class ServerGroupAffinityFilter(_GroupAffinityFilter):
    """Keeps the members of an affinity group on one host.

    Nova: nova/scheduler/filters/affinity_filter.py ServerGroupAffinityFilter
    """

    policy_name = "affinity"
