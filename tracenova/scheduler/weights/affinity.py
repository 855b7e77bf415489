"""Soft affinity: hosts are better, or worse, the more of the group they hold.

Nova: nova/scheduler/weights/affinity.py
"""

import logging
from typing import Any, ClassVar

from tracenova.conf import CONF
from tracenova.scheduler import weights

LOG = logging.getLogger(__name__)


class _SoftAffinityWeigherBase(weights.BaseHostWeigher):
    """Number of the group's members on the host, if the group has the policy."""

    policy_name: ClassVar[str]
    multiplier_option: ClassVar[str]
    warning_text: ClassVar[str]
    warning_sent = False

    def weight_multiplier(self) -> float:
        """Return the option's value; warn once when it turns the policy round."""
        multiplier = float(getattr(CONF, self.multiplier_option))
        if multiplier < 0 and not self.warning_sent:
            LOG.warning(self.warning_text)
            self.warning_sent = True
        return multiplier

    def _weigh_object(self, host_state: Any, weight_properties: Any) -> float:
        group = weight_properties.instance_group
        if not group or self.policy_name not in group.policies:
            return 0
        return len(set(host_state.instances) & set(group.members))


class ServerGroupSoftAffinityWeigher(_SoftAffinityWeigherBase):
    """Prefers hosts that already hold members of a soft-affinity group.

    Nova: nova/scheduler/weights/affinity.py ServerGroupSoftAffinityWeigher
    """

    policy_name = "soft-affinity"
    multiplier_option = "soft_affinity_weight_multiplier"
    warning_text = (
        "For the soft_affinity_weight_multiplier only a positive value is meaningful "
        "as a negative value would mean that the affinity weigher would prefer "
        "non-collocating placement."
    )


class ServerGroupSoftAntiAffinityWeigher(_SoftAffinityWeigherBase):
    """Prefers hosts that hold few members of a soft-anti-affinity group.

    Nova: nova/scheduler/weights/affinity.py ServerGroupSoftAntiAffinityWeigher
    """

    policy_name = "soft-anti-affinity"
    multiplier_option = "soft_anti_affinity_weight_multiplier"
    warning_text = (
        "For the soft_anti_affinity_weight_multiplier only a positive value is "
        "meaningful as a negative value would mean that the anti-affinity weigher "
        "would prefer collocating placement."
    )

    def _weigh_object(self, host_state: Any, weight_properties: Any) -> float:
        return -super()._weigh_object(host_state, weight_properties)
