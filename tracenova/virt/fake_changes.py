"""Guests of the fake hypervisor, paused, copied, and with more disks and cards.

Nova: nova/virt/fake.py FakeDriver (its methods of these names)
"""

from collections.abc import Callable
from typing import Any

from tracenova import exception, image
from tracenova.compute import power_state, task_states
from tracenova.conf import CONF
from tracenova.virt.taps import TapWatch

SNAPSHOT = b"a disk of the fake hypervisor"


class FakeChanges:
    """What can be done to a guest of the fake hypervisor.

    Nova: nova/virt/fake.py FakeDriver
    """

    host: str
    taps: TapWatch
    instances: dict[str, Any]
    _mounts: dict[str, dict[str, Any]]
    _interfaces: dict[str, Any]
    _set_state: Callable[[Any, int], None]

    def pause(self, instance: Any) -> None:
        """Call the guest paused (Nova's fake driver leaves its state alone)."""
        self._set_state(instance, power_state.PAUSED)

    def unpause(self, instance: Any) -> None:
        """Call the guest running."""
        self._set_state(instance, power_state.RUNNING)

    def suspend(self, context: Any, instance: Any) -> None:
        """Call the guest suspended: off, as a guest that is saved to disk is."""
        self._set_state(instance, power_state.SHUTDOWN)

    def resume(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Call the guest running."""
        self._set_state(instance, power_state.RUNNING)

    def snapshot(
        self,
        context: Any,
        instance: Any,
        image_id: str,
        update_task_state: Callable[..., None],
    ) -> None:
        """Upload a few bytes (Nova's fake driver uploads nothing: the image waits for ever)."""
        if instance.uuid not in self.instances:
            raise exception.InstanceNotRunning(instance_id=instance.uuid)
        update_task_state(task_state=task_states.IMAGE_UPLOADING)
        formats = {"disk_format": "raw", "container_format": "bare"}
        image.API().update(context, image_id, formats, SNAPSHOT, purge_props=False)

    def attach_interface(self, instance: Any, image_meta: Any, vif: Any) -> None:
        """Note the card, and say that its device is there."""
        if vif["id"] in self._interfaces:
            raise exception.InterfaceAttachFailed(instance_uuid=instance.uuid)
        self._interfaces[vif["id"]] = vif
        self.taps.created(vif["id"], vif["devname"])

    def detach_interface(self, instance: Any, vif: Any) -> None:
        """Forget the card (Nova's fake driver knows only those that were attached)."""
        self._interfaces.pop(vif["id"], None)
        self.taps.removed(vif["id"])

    def attach_volume(
        self,
        context: Any,
        connection_info: dict[str, Any],
        instance: Any,
        mountpoint: str,
        disk_bus: str | None = None,
        device_type: str | None = None,
        encryption: dict[str, Any] | None = None,
    ) -> None:
        """Note the disk."""
        self._mounts.setdefault(instance.name, {})[mountpoint] = connection_info

    def detach_volume(
        self,
        connection_info: dict[str, Any],
        instance: Any,
        mountpoint: str,
        encryption: dict[str, Any] | None = None,
    ) -> None:
        """Forget the disk."""
        self._mounts.get(instance.name, {}).pop(mountpoint, None)

    def get_volume_connector(self, instance: Any) -> dict[str, Any]:
        """Return a made-up initiator."""
        return {"ip": CONF.my_ip, "initiator": "fake", "host": self.host}
