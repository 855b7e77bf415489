"""Refuses hosts that do not measure what the metrics weigher needs.

Nova: nova/scheduler/filters/metrics_filter.py
"""

from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters, metric_setting
from tracenova.scheduler.host_state import HostState


class MetricsFilter(filters.BaseHostFilter):
    """Asks for every metric of ``[metrics]weight_setting``.

    Nova: nova/scheduler/filters/metrics_filter.py MetricsFilter; Nova's log names the
    metrics that the host does have, our reason those that it lacks.
    """

    def __init__(self) -> None:
        setting = metric_setting.parse_options(
            CONF.metrics.weight_setting,
            sep="=",
            converter=float,
            name="metrics.weight_setting",
        )
        self.keys = {name for name, _ in setting}

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host has all the metrics."""
        missing = self.keys - {metric.name for metric in host_state.metrics}
        if not missing:
            return True
        return filters.refuse(
            "does not measure %(missing)s", missing=", ".join(sorted(missing))
        )
