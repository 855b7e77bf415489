"""Networks: what Nova asks of neutron, and how it remembers the answer.

Nova: nova/network/__init__.py. Left out: nova-network.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracenova.network.neutronv2 import api


def API(skip_policy_check: bool = False) -> "api.API":  # noqa: N802 - Nova's name
    """Return the way to networks: neutron's.

    Args:
        skip_policy_check: had a meaning for nova-network only.

    Nova: nova/network/__init__.py API
    """
    from tracenova.network.neutronv2 import api

    return api.API()
