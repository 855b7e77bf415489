"""Server groups, as the conductor looks them up before it asks the scheduler.

Nova: nova/scheduler/utils.py [_get_group_details, setup_instance_group, validate_*]
Left out: remembering which filters are configured; here each service asks its own
configuration every time.
"""

import logging
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple

from tracenova import exception, objects
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

_NEEDED_FILTER = {
    "affinity": "ServerGroupAffinityFilter",
    "anti-affinity": "ServerGroupAntiAffinityFilter",
}
_NEEDED_WEIGHER = {
    "soft-affinity": "ServerGroupSoftAffinityWeigher",
    "soft-anti-affinity": "ServerGroupSoftAntiAffinityWeigher",
}
_ALL_WEIGHERS = "scheduler.weights.all_weighers"
_WEIGHERS_MODULE = "nova.scheduler.weights.affinity."


class GroupDetails(NamedTuple):
    """What the filters need to know of a server's group.

    Nova: nova/scheduler/utils.py GroupDetails
    """

    hosts: set[str]
    policies: list[str]
    members: list[str]


def validate_filter(filter: str) -> bool:
    """Say whether the filter runs by default.

    Nova: nova/scheduler/utils.py validate_filter
    """
    return filter in CONF.scheduler_default_filters


def validate_weigher(weigher: str) -> bool:
    """Say whether the weigher runs; its full class name is expected.

    Nova: nova/scheduler/utils.py validate_weigher
    """
    classes = CONF.scheduler_weight_classes
    if any(name.endswith(_ALL_WEIGHERS) for name in classes):
        return True
    return any(name.partition(".")[2] == weigher.partition(".")[2] for name in classes)


def setup_instance_group(
    context: RequestContext,
    request_spec: Mapping[str, Any],
    filter_properties: MutableMapping[str, Any],
) -> None:
    """Write the server group into the filter properties, if the server is in one.

    All instances of a request are in the same group, so the first one is looked up.

    Raises:
        UnsupportedPolicyException: no filter or weigher runs that knows the policy.

    Nova: nova/scheduler/utils.py setup_instance_group
    """
    group_hosts = filter_properties.get("group_hosts")
    instance_uuid = request_spec.get("instance_properties", {}).get("uuid")
    group_info = _get_group_details(context, instance_uuid, group_hosts)
    if group_info is not None:
        filter_properties["group_updated"] = True
        filter_properties["group_hosts"] = group_info.hosts
        filter_properties["group_policies"] = group_info.policies
        filter_properties["group_members"] = group_info.members


def _get_group_details(
    context: RequestContext,
    instance_uuid: str | None,
    user_group_hosts: Iterable[str] | None = None,
) -> GroupDetails | None:
    if not instance_uuid:
        return None
    try:
        group = objects.InstanceGroup.get_by_instance_uuid(context, instance_uuid)
    except exception.InstanceGroupNotFound:
        return None
    known = {*_NEEDED_FILTER, *_NEEDED_WEIGHER}
    if not known.intersection(group.policies):
        return None
    _check_policies_supported(group.policies)
    hosts = set(user_group_hosts or ()) | set(group.get_hosts())
    return GroupDetails(hosts=hosts, policies=group.policies, members=group.members)


def _check_policies_supported(policies: Iterable[str]) -> None:
    wanted = set(policies)
    for policy, name in _NEEDED_FILTER.items():
        if policy in wanted and not validate_filter(name):
            _refuse(name)
    for policy, name in _NEEDED_WEIGHER.items():
        if policy in wanted and not validate_weigher(_WEIGHERS_MODULE + name):
            _refuse(name)


def _refuse(name: str) -> None:
    msg = f"{name} not configured"
    LOG.error(msg)
    raise exception.UnsupportedPolicyException(reason=msg)
