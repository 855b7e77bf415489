"""Prefers hosts with much free memory, so that servers spread.

Nova: nova/scheduler/weights/ram.py
"""

from typing import Any

from tracenova.conf import CONF
from tracenova.scheduler import weights


class RAMWeigher(weights.BaseHostWeigher):
    """Free memory in MB; a negative multiplier packs hosts full instead of spreading.

    Nova: nova/scheduler/weights/ram.py RAMWeigher
    """

    minval = 0

    def weight_multiplier(self) -> float:
        """Return ``ram_weight_multiplier``."""
        return float(CONF.ram_weight_multiplier)

    def _weigh_object(self, host_state: Any, weight_properties: Any) -> float:
        return host_state.free_ram_mb
