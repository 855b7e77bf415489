"""What a compute node's monitors measured.

Nova: nova/objects/monitor_metric.py
"""

from typing import Any, Final

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova.objects import base, fields

FIELDS_REQUIRING_CONVERSION: Final = (
    fields.MonitorMetricType.CPU_USER_PERCENT,
    fields.MonitorMetricType.CPU_KERNEL_PERCENT,
    fields.MonitorMetricType.CPU_IDLE_PERCENT,
    fields.MonitorMetricType.CPU_IOWAIT_PERCENT,
    fields.MonitorMetricType.CPU_PERCENT,
)


@base.NovaObjectRegistry.register
class MonitorMetric(base.NovaObject):
    """One measured value. Percentages are kept as whole hundredths.

    Nova: nova/objects/monitor_metric.py MonitorMetric
    """

    VERSION = "1.1"
    fields = {
        "name": fields.MonitorMetricTypeField(nullable=False),
        "value": fields.IntegerField(nullable=False),
        "numa_membw_values": fields.DictOfIntegersField(nullable=True),
        "timestamp": fields.DateTimeField(nullable=False),
        "source": fields.StringField(nullable=False),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 there was no memory bandwidth."""
        super().obj_make_compatible(primitive, target_version)
        if versionutils.convert_version_to_tuple(target_version) < (1, 1):
            primitive.pop("numa_membw_values", None)

    def to_dict(self) -> dict[str, Any]:
        """Return it for the ``metrics`` column and the scheduler."""
        told = {
            "name": self.name,
            "timestamp": self.timestamp.isoformat(),
            "source": self.source,
        }
        if self.obj_attr_is_set("value"):
            hundredths = self.name in FIELDS_REQUIRING_CONVERSION
            told["value"] = self.value / 100.0 if hundredths else self.value
        elif self.obj_attr_is_set("numa_membw_values"):
            told["numa_membw_values"] = self.numa_membw_values
        return told


@base.NovaObjectRegistry.register
class MonitorMetricList(base.ObjectListBase, base.NovaObject):
    """All that the monitors measured.

    Nova: nova/objects/monitor_metric.py MonitorMetricList
    """

    VERSION = "1.1"
    fields = {"objects": fields.ListOfObjectsField("MonitorMetric")}

    @classmethod
    def from_json(cls, metrics: str | None) -> "MonitorMetricList":
        """Read the ``metrics`` column of a compute node."""
        found = []
        for metric in jsonutils.loads(metrics) if metrics else []:
            if "value" in metric and metric["name"] in FIELDS_REQUIRING_CONVERSION:
                metric["value"] = metric["value"] * 100
            found.append(MonitorMetric(**metric))
        return cls(objects=found)

    def to_list(self) -> list[dict[str, Any]]:
        """Return every metric as a dict."""
        return [metric.to_dict() for metric in self.objects]
