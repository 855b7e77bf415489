"""How the limits of a project look.

Nova: nova/api/openstack/compute/views/limits.py
"""

from collections.abc import Mapping
from typing import Any

_LIMIT_NAMES = {
    "ram": ["maxTotalRAMSize"],
    "instances": ["maxTotalInstances"],
    "cores": ["maxTotalCores"],
    "key_pairs": ["maxTotalKeypairs"],
    "floating_ips": ["maxTotalFloatingIps"],
    "metadata_items": ["maxServerMeta", "maxImageMeta"],
    "injected_files": ["maxPersonality"],
    "injected_file_content_bytes": ["maxPersonalitySize"],
    "security_groups": ["maxSecurityGroups"],
    "security_group_rules": ["maxSecurityGroupRules"],
    "server_groups": ["maxServerGroups"],
    "server_group_members": ["maxServerGroupMembers"],
}
_FILTERED_LIMITS = ("floating_ips", "security_groups", "security_group_rules")


class ViewBuilderV21:
    """Shows limits under the names that clients know.

    Nova: nova/api/openstack/compute/views/limits.py ViewBuilderV21
    """

    def build(
        self, absolute_limits: Mapping[str, int | None], filter_result: bool = False
    ) -> dict[str, Any]:
        """Return the limits; filtered: without those that are neutron's."""
        hidden = _FILTERED_LIMITS if filter_result else ()
        absolute = {
            shown: value
            for name, value in absolute_limits.items()
            if value is not None and name not in hidden
            for shown in _LIMIT_NAMES.get(name, [])
        }
        return {"limits": {"rate": [], "absolute": absolute}}
