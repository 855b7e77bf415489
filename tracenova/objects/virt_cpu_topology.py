"""How a guest's CPUs are arranged: sockets, cores, threads.

Nova: nova/objects/virt_cpu_topology.py
"""

from collections.abc import Mapping

from tracenova.objects import base, fields


@base.NovaObjectRegistry.register
class VirtCPUTopology(base.NovaObject):
    """Sockets x cores x threads.

    Nova: nova/objects/virt_cpu_topology.py VirtCPUTopology
    """

    VERSION = "1.0"
    fields = {
        "sockets": fields.IntegerField(nullable=True, default=1),
        "cores": fields.IntegerField(nullable=True, default=1),
        "threads": fields.IntegerField(nullable=True, default=1),
    }

    @classmethod
    def from_dict(cls, data: Mapping[str, int]) -> "VirtCPUTopology":
        """Read it from a plain dict."""
        return cls(
            sockets=data.get("sockets"),
            cores=data.get("cores"),
            threads=data.get("threads"),
        )

    def to_dict(self) -> dict[str, int]:
        """Return it as a plain dict."""
        return {"sockets": self.sockets, "cores": self.cores, "threads": self.threads}
