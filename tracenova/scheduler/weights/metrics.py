"""Weighs hosts by whatever their monitors measure.

``[metrics]weight_setting = cpu.idle.percent=1.0, cpu.user.percent=-1.0``: the sum of
each metric times its ratio.

Nova: nova/scheduler/weights/metrics.py
"""

from typing import Any

from tracenova import exception
from tracenova.conf import CONF
from tracenova.scheduler import metric_setting, weights


class MetricsWeigher(weights.BaseHostWeigher):
    """Sum of metric times ratio; a host that does not measure is last, or an error.

    Nova: nova/scheduler/weights/metrics.py MetricsWeigher
    """

    def __init__(self) -> None:
        self.setting = metric_setting.parse_options(
            CONF.metrics.weight_setting,
            sep="=",
            converter=float,
            name="metrics.weight_setting",
        )

    def weight_multiplier(self) -> float:
        """Return ``[metrics]weight_multiplier``."""
        return float(CONF.metrics.weight_multiplier)

    def _weigh_object(self, host_state: Any, weight_properties: Any) -> float:
        if not self.setting:
            return 0.0
        value = 0.0
        metrics = {metric.name: metric for metric in host_state.metrics or []}
        for name, ratio in self.setting:
            if name in metrics:
                value += metrics[name].value * ratio
            elif CONF.metrics.required:
                raise exception.ComputeHostMetricNotFound(
                    host=host_state.host, node=host_state.nodename, name=name
                )
            elif ratio * self.weight_multiplier() != 0:
                return float(CONF.metrics.weight_of_unavailable)
        return value
