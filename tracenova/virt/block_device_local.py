"""Disks that live on the host, as dicts for drivers: swap and ephemeral ones.

Nova: nova/virt/block_device.py DriverBlockDevice, DriverSwapBlockDevice,
DriverEphemeralBlockDevice (without the legacy dicts of old drivers)
"""

from typing import Any, ClassVar


class NotTransformable(Exception):
    """The mapping is of another kind than the class."""


class DriverBlockDevice(dict[str, Any]):
    """One block device as drivers see it; ``save`` writes back to its object.

    Raises:
        NotTransformable: the mapping is not of this kind.

    Nova: nova/virt/block_device.py DriverBlockDevice
    """

    _fields: ClassVar[frozenset[str]] = frozenset()
    _proxy_as_attr: ClassVar[frozenset[str]] = frozenset()
    _update_on_save: ClassVar[dict[str, str | None]] = {
        "disk_bus": None,
        "device_name": None,
        "device_type": None,
    }

    def __init__(self, bdm: Any) -> None:
        self.__dict__["_bdm_obj"] = bdm
        if bdm.no_device:
            raise NotTransformable
        super().__init__(dict.fromkeys(sorted(self._fields)))
        self._transform()

    def __getattr__(self, name: str) -> Any:
        if name in self._proxy_as_attr:
            return getattr(self._bdm_obj, name)
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._proxy_as_attr:
            setattr(self._bdm_obj, name, value)
        else:
            super().__setattr__(name, value)

    def _transform(self) -> None:
        raise NotImplementedError

    def attach(self, *args: Any, **kwargs: Any) -> None:
        """Make the device usable by the guest; local disks need nothing."""
        raise NotImplementedError

    def save(self) -> None:
        """Write what the driver decided (bus, type, name) to the database object."""
        for attribute, key in self._update_on_save.items():
            value = self[key or attribute]
            if value != getattr(self._bdm_obj, attribute):
                setattr(self._bdm_obj, attribute, value)
        self._bdm_obj.save()


def _is_blank_local(bdm: Any) -> bool:
    return bool(bdm.source_type == "blank" and bdm.destination_type == "local")


class DriverSwapBlockDevice(DriverBlockDevice):
    """The swap disk of a flavor, sized in MB.

    Nova: nova/virt/block_device.py DriverSwapBlockDevice
    """

    _fields = frozenset({"device_name", "swap_size", "disk_bus"})
    _update_on_save: ClassVar[dict[str, str | None]] = {
        "disk_bus": None,
        "device_name": None,
    }

    def _transform(self) -> None:
        bdm = self._bdm_obj
        if not (_is_blank_local(bdm) and bdm.guest_format == "swap"):
            raise NotTransformable
        self.update(
            device_name=bdm.device_name,
            swap_size=bdm.volume_size or 0,
            disk_bus=bdm.disk_bus,
        )


class DriverEphemeralBlockDevice(DriverBlockDevice):
    """An empty disk that lives as long as the server, sized in GB.

    Nova: nova/virt/block_device.py DriverEphemeralBlockDevice
    """

    _fields = frozenset(
        {"device_name", "size", "disk_bus", "device_type", "guest_format"}
    )

    def _transform(self) -> None:
        bdm = self._bdm_obj
        if not (_is_blank_local(bdm) and bdm.guest_format != "swap"):
            raise NotTransformable
        self.update(
            device_name=bdm.device_name,
            size=bdm.volume_size or 0,
            disk_bus=bdm.disk_bus,
            device_type=bdm.device_type,
            guest_format=bdm.guest_format,
        )
