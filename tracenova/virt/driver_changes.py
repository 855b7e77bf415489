"""What may be done to a guest that runs, besides switching it on and off.

Nova: nova/virt/driver.py ComputeDriver (its methods of these names)
"""

from collections.abc import Callable
from typing import Any


class GuestChanges:
    """Pausing, suspending, copying a guest; its disks and cards while it runs.

    Nova: nova/virt/driver.py ComputeDriver
    """

    def pause(self, instance: Any) -> None:
        """Stop the guest's processors; it stays in memory."""
        raise NotImplementedError

    def unpause(self, instance: Any) -> None:
        """Let a paused guest go on."""
        raise NotImplementedError

    def suspend(self, context: Any, instance: Any) -> None:
        """Save the guest's memory to disk, and stop it."""
        raise NotImplementedError

    def resume(
        self,
        context: Any,
        instance: Any,
        network_info: Any,
        block_device_info: dict[str, Any] | None = None,
    ) -> None:
        """Start a suspended guest with the memory that was saved."""
        raise NotImplementedError

    def snapshot(
        self,
        context: Any,
        instance: Any,
        image_id: str,
        update_task_state: Callable[..., None],
    ) -> None:
        """Upload the guest's root disk as the image, which exists and is empty."""
        raise NotImplementedError

    def change_instance_metadata(self, context: Any, instance: Any, diff: Any) -> None:
        """Take note of changed metadata: only xen's guests can see them."""

    def attach_interface(self, instance: Any, image_meta: Any, vif: Any) -> None:
        """Give a guest one more network card."""
        raise NotImplementedError

    def detach_interface(self, instance: Any, vif: Any) -> None:
        """Take a network card from a guest."""
        raise NotImplementedError

    def get_device_name_for_instance(
        self, instance: Any, bdms: Any, block_device_obj: Any
    ) -> str:
        """Choose the device name of one more disk."""
        raise NotImplementedError

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
        """Give a running guest one more disk."""
        raise NotImplementedError

    def detach_volume(
        self,
        connection_info: dict[str, Any],
        instance: Any,
        mountpoint: str,
        encryption: dict[str, Any] | None = None,
    ) -> None:
        """Take a disk from the guest."""
        raise NotImplementedError
