"""Whose security groups: neutron's.

Nova: nova/network/security_group/openstack_driver.py
Left out: nova-network's own groups.
"""

from tracenova.network.security_group.neutron_driver import SecurityGroupAPI


def get_openstack_security_group_driver(
    skip_policy_check: bool = False,
) -> SecurityGroupAPI:
    """Return the way to security groups.

    Args:
        skip_policy_check: had a meaning for nova-network only.

    Nova: nova/network/security_group/openstack_driver.py
    """
    del skip_policy_check
    return SecurityGroupAPI()
