"""Give a server that exists a volume, a port or an address; take them away again.

Nova: nova/compute/api.py API [attach_volume, detach_volume, attach_interface,
detach_interface, add_fixed_ip, remove_fixed_ip]. Left out: servers that are shelved,
exchanging a volume.
"""

from typing import Any, Final

from oslo_utils import excutils

from tracenova import block_device, exception
from tracenova.compute import vm_states
from tracenova.compute.api_base import ApiBase
from tracenova.compute.api_decorators import (
    check_instance_host,
    check_instance_lock,
    check_instance_state,
)
from tracenova.context import RequestContext

_TAKES_VOLUMES: Final = (
    vm_states.ACTIVE,
    vm_states.PAUSED,
    vm_states.STOPPED,
    vm_states.RESIZED,
    vm_states.SOFT_DELETED,
)
_TAKES_PORTS: Final = (vm_states.ACTIVE, vm_states.PAUSED, vm_states.STOPPED)


class Attachment(ApiBase):
    """What is attached to servers.

    Nova: nova/compute/api.py API
    """

    @check_instance_lock
    @check_instance_state(vm_state=_TAKES_VOLUMES)
    def attach_volume(
        self,
        context: RequestContext,
        instance: Any,
        volume_id: str,
        device: str | None = None,
        disk_bus: str | None = None,
        device_type: str | None = None,
    ) -> str | None:
        """Begin to attach a volume; return the name that the host has chosen for it.

        The host is waited for: it reserves the name, so that two volumes at once get
        two names. Only then is the volume reserved in cinder and the work begun.

        Raises:
            InvalidDevicePath: the wanted name is none.
            VolumeNotFound: cinder does not know the volume.
            InvalidVolume, InvalidInput: it cannot be attached now.
            DevicePathInUse: another disk has the wanted name.
        """
        if device and not block_device.match_device(device):
            raise exception.InvalidDevicePath(path=device)
        return self._attach_volume(
            context, instance, volume_id, device, disk_bus, device_type
        )

    def _attach_volume(
        self,
        context: RequestContext,
        instance: Any,
        volume_id: str,
        device: str | None,
        disk_bus: str | None,
        device_type: str | None,
    ) -> str | None:
        volume_bdm = self.compute_rpcapi.reserve_block_device_name(
            context,
            instance,
            device,
            volume_id,
            disk_bus=disk_bus,
            device_type=device_type,
        )
        try:
            self._check_attach_and_reserve_volume(context, volume_id, instance)
            self.compute_rpcapi.attach_volume(context, instance, volume_bdm)
        except Exception:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                volume_bdm.destroy()
        name: str | None = volume_bdm.device_name
        return name

    def _check_attach_and_reserve_volume(
        self, context: RequestContext, volume_id: str, instance: Any
    ) -> None:
        volume = self.volume_api.get(context, volume_id)
        self.volume_api.check_availability_zone(context, volume, instance=instance)
        self.volume_api.reserve_volume(context, volume_id)

    @check_instance_lock
    @check_instance_state(vm_state=_TAKES_VOLUMES)
    def detach_volume(
        self, context: RequestContext, instance: Any, volume: dict[str, Any]
    ) -> None:
        """Begin to take a volume away.

        Raises:
            InvalidVolume: nobody has the volume.
            VolumeUnattached: another server has it.
        """
        self.volume_api.check_detach(context, volume, instance=instance)
        self.volume_api.begin_detaching(context, volume["id"])
        attachment = volume.get("attachments", {}).get(instance.uuid, {})
        self.compute_rpcapi.detach_volume(
            context,
            instance=instance,
            volume_id=volume["id"],
            attachment_id=attachment.get("attachment_id"),
        )

    @check_instance_lock
    @check_instance_state(vm_state=_TAKES_PORTS)
    def attach_interface(
        self,
        context: RequestContext,
        instance: Any,
        network_id: str | None,
        port_id: str | None,
        requested_ip: str | None,
    ) -> Any:
        """Attach a port, or a new one on the network; wait for the host, return the card."""
        return self.compute_rpcapi.attach_interface(
            context,
            instance=instance,
            network_id=network_id,
            port_id=port_id,
            requested_ip=requested_ip,
        )

    @check_instance_lock
    @check_instance_state(vm_state=_TAKES_PORTS)
    def detach_interface(
        self, context: RequestContext, instance: Any, port_id: str
    ) -> None:
        """Begin to take a port away."""
        self.compute_rpcapi.detach_interface(
            context, instance=instance, port_id=port_id
        )

    @check_instance_lock
    @check_instance_host
    def add_fixed_ip(
        self, context: RequestContext, instance: Any, network_id: str
    ) -> None:
        """Begin to give the server's port on the network one more address."""
        self.compute_rpcapi.add_fixed_ip_to_instance(
            context, instance=instance, network_id=network_id
        )

    @check_instance_lock
    @check_instance_host
    def remove_fixed_ip(
        self, context: RequestContext, instance: Any, address: str
    ) -> None:
        """Begin to take an address from the server."""
        self.compute_rpcapi.remove_fixed_ip_from_instance(
            context, instance=instance, address=address
        )
