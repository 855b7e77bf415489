"""Prefers hosts with much free disk, so that servers spread.

Nova: nova/scheduler/weights/disk.py
"""

from typing import Any

from tracenova.conf import CONF
from tracenova.scheduler import weights


class DiskWeigher(weights.BaseHostWeigher):
    """Free disk in MB; a negative multiplier packs hosts full instead of spreading.

    Nova: nova/scheduler/weights/disk.py DiskWeigher
    """

    minval = 0

    def weight_multiplier(self) -> float:
        """Return ``disk_weight_multiplier``."""
        return float(CONF.disk_weight_multiplier)

    def _weigh_object(self, host_state: Any, weight_properties: Any) -> float:
        return host_state.free_disk_mb
