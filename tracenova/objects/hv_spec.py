"""What a hypervisor can run: (architecture, hypervisor type, machine mode).

Nova: nova/objects/hv_spec.py
"""

from collections.abc import Sequence
from typing import Any

from oslo_utils import versionutils

from tracenova.objects import base, fields


@base.NovaObjectRegistry.register
class HVSpec(base.NovaObject):
    """One combination that the hypervisor supports.

    Nova: nova/objects/hv_spec.py HVSpec
    """

    VERSION = "1.2"
    fields = {
        "arch": fields.ArchitectureField(),
        "hv_type": fields.HVTypeField(),
        "vm_mode": fields.VMModeField(),
    }

    @classmethod
    def from_list(cls, data: Sequence[str]) -> "HVSpec":
        """Read it from the driver's (architecture, type, mode)."""
        arch, hv_type, vm_mode = data[:3]
        return cls(arch=arch, hv_type=hv_type, vm_mode=vm_mode)

    def to_list(self) -> list[str]:
        """Return architecture, type, mode."""
        return [self.arch, self.hv_type, self.vm_mode]

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.1 Virtuozzo was called Parallels."""
        super().obj_make_compatible(primitive, target_version)
        target = versionutils.convert_version_to_tuple(target_version)
        if target < (1, 1) and primitive.get("hv_type") == "vz":
            primitive["hv_type"] = "parallels"
