"""Parts of a request to the scheduler: retries, limits, a wished destination.

Nova: nova/objects/request_spec.py [Destination, SchedulerRetries, SchedulerLimits]
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tracenova import objects
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class Destination(base.NovaObject):
    """The host that an operator wants, which the filters must still approve.

    Nova: nova/objects/request_spec.py Destination
    """

    VERSION = "1.0"
    fields = {
        "host": fields.StringField(),
        "node": fields.StringField(nullable=True),
    }


@base.NovaObjectRegistry.register
class SchedulerRetries(base.NovaObject):
    """How often the build was tried, and where.

    Nova: nova/objects/request_spec.py SchedulerRetries
    """

    VERSION = "1.1"
    fields = {
        "num_attempts": fields.IntegerField(),
        "hosts": fields.ObjectField("ComputeNodeList"),
    }

    @classmethod
    def from_dict(
        cls, context: "RequestContext | None", retry_dict: Mapping[str, Any]
    ) -> "SchedulerRetries":
        """Read ``filter_properties["retry"]``: num_attempts and [host, node] pairs."""
        retry = cls()
        if "hosts" not in retry_dict:
            return retry
        retry.num_attempts = retry_dict.get("num_attempts")
        retry.hosts = objects.ComputeNodeList(
            objects=[
                objects.ComputeNode(
                    context=context, host=host, hypervisor_hostname=node
                )
                for host, node in retry_dict["hosts"]
            ]
        )
        return retry

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``filter_properties["retry"]``."""
        tried = [[node.host, node.hypervisor_hostname] for node in self.hosts]
        return {"num_attempts": self.num_attempts, "hosts": tried}


@base.NovaObjectRegistry.register
class SchedulerLimits(base.NovaObject):
    """How much the chosen host may hold in all, oversubscription counted in.

    Nova: nova/objects/request_spec.py SchedulerLimits
    """

    VERSION = "1.0"
    fields = {
        "numa_topology": fields.ObjectField(
            "NUMATopologyLimits", nullable=True, default=None
        ),
        "vcpu": fields.IntegerField(nullable=True, default=None),
        "disk_gb": fields.IntegerField(nullable=True, default=None),
        "memory_mb": fields.IntegerField(nullable=True, default=None),
    }

    @classmethod
    def from_dict(cls, limits_dict: Mapping[str, Any]) -> "SchedulerLimits":
        """Read the filters' ``limits``; what is absent is None."""
        limits = cls(**limits_dict)
        limits.obj_set_defaults()
        return limits

    def to_dict(self) -> dict[str, Any]:
        """Return the limits that are set."""
        return {
            name: getattr(self, name)
            for name in self.fields
            if getattr(self, name) is not None
        }
