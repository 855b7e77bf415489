"""Prefers hosts that are not busy building, resizing or copying.

Nova: nova/scheduler/weights/io_ops.py
"""

from typing import Any

from tracenova.conf import CONF
from tracenova.scheduler import weights


class IoOpsWeigher(weights.BaseHostWeigher):
    """Number of I/O operations under way; the multiplier is negative by default.

    Nova: nova/scheduler/weights/io_ops.py IoOpsWeigher
    """

    minval = 0

    def weight_multiplier(self) -> float:
        """Return ``io_ops_weight_multiplier``."""
        return float(CONF.io_ops_weight_multiplier)

    def _weigh_object(self, host_state: Any, weight_properties: Any) -> float:
        return host_state.num_io_ops
