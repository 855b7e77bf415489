"""Messages to nova-compute that change a server which exists.

Nova: nova/compute/rpcapi.py ComputeAPI (its methods of these names)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracenova import profiler
from tracenova.context import RequestContext


@profiler.trace_cls("rpc")
class ChangeMessages:
    """The part of the computes' client that attaches, pauses, copies and rebuilds.

    Nova: nova/compute/rpcapi.py ComputeAPI
    """

    router: Any
    _to_host_of: Callable[..., Any]

    # --- volumes ----------------------------------------------------------------

    def reserve_block_device_name(
        self,
        ctxt: RequestContext,
        instance: Any,
        device: str | None,
        volume_id: str,
        disk_bus: str | None = None,
        device_type: str | None = None,
    ) -> Any:
        """Have the server's host choose a device name; return the block device.

        Nova: nova/compute/rpcapi.py ComputeAPI.reserve_block_device_name
        """
        return self._to_host_of(ctxt, instance).call(
            ctxt,
            "reserve_block_device_name",
            instance=instance,
            device=device,
            volume_id=volume_id,
            disk_bus=disk_bus,
            device_type=device_type,
        )

    def attach_volume(self, ctxt: RequestContext, instance: Any, bdm: Any) -> None:
        """Tell the server's host to give it the volume of the block device.

        Nova: nova/compute/rpcapi.py ComputeAPI.attach_volume
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "attach_volume", instance=instance, bdm=bdm
        )

    def detach_volume(
        self,
        ctxt: RequestContext,
        instance: Any,
        volume_id: str,
        attachment_id: str | None = None,
    ) -> None:
        """Tell the server's host to take a volume from it.

        Before 4.7 a compute does not ask which attachment is meant.

        Nova: nova/compute/rpcapi.py ComputeAPI.detach_volume
        """
        extra = {"attachment_id": attachment_id}
        version = "4.7"
        if not self.router.by_instance(ctxt, instance).can_send_version(version):
            version = "4.0"
            extra = {}
        self._to_host_of(ctxt, instance, version=version).cast(
            ctxt, "detach_volume", instance=instance, volume_id=volume_id, **extra
        )

    # --- network cards ----------------------------------------------------------

    def attach_interface(
        self,
        ctxt: RequestContext,
        instance: Any,
        network_id: str | None,
        port_id: str | None,
        requested_ip: str | None,
    ) -> Any:
        """Have the server's host give it one more card; wait for it and return it.

        Nova: nova/compute/rpcapi.py ComputeAPI.attach_interface
        """
        return self._to_host_of(ctxt, instance).call(
            ctxt,
            "attach_interface",
            instance=instance,
            network_id=network_id,
            port_id=port_id,
            requested_ip=requested_ip,
        )

    def detach_interface(
        self, ctxt: RequestContext, instance: Any, port_id: str
    ) -> None:
        """Tell the server's host to take a card from it.

        Nova: nova/compute/rpcapi.py ComputeAPI.detach_interface
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "detach_interface", instance=instance, port_id=port_id
        )

    def add_fixed_ip_to_instance(
        self, ctxt: RequestContext, instance: Any, network_id: str
    ) -> None:
        """Tell the server's host to get it one more address of a network.

        Nova: nova/compute/rpcapi.py ComputeAPI.add_fixed_ip_to_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "add_fixed_ip_to_instance", instance=instance, network_id=network_id
        )

    def remove_fixed_ip_from_instance(
        self, ctxt: RequestContext, instance: Any, address: str
    ) -> None:
        """Tell the server's host to give one of its addresses back.

        Nova: nova/compute/rpcapi.py ComputeAPI.remove_fixed_ip_from_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "remove_fixed_ip_from_instance", instance=instance, address=address
        )

    # --- pause, suspend -----------------------------------------------------------

    def pause_instance(self, ctxt: RequestContext, instance: Any) -> None:
        """Tell the server's host to stop its processors.

        Nova: nova/compute/rpcapi.py ComputeAPI.pause_instance
        """
        self._to_host_of(ctxt, instance).cast(ctxt, "pause_instance", instance=instance)

    def unpause_instance(self, ctxt: RequestContext, instance: Any) -> None:
        """Tell the server's host to let its processors go on.

        Nova: nova/compute/rpcapi.py ComputeAPI.unpause_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "unpause_instance", instance=instance
        )

    def suspend_instance(self, ctxt: RequestContext, instance: Any) -> None:
        """Tell the server's host to save its memory and stop it.

        Nova: nova/compute/rpcapi.py ComputeAPI.suspend_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "suspend_instance", instance=instance
        )

    def resume_instance(self, ctxt: RequestContext, instance: Any) -> None:
        """Tell the server's host to start it where it was suspended.

        Nova: nova/compute/rpcapi.py ComputeAPI.resume_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "resume_instance", instance=instance
        )

    # --- images, metadata -----------------------------------------------------------

    def snapshot_instance(
        self, ctxt: RequestContext, instance: Any, image_id: str
    ) -> None:
        """Tell the server's host to upload its disk as the image.

        Nova: nova/compute/rpcapi.py ComputeAPI.snapshot_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "snapshot_instance", instance=instance, image_id=image_id
        )

    def rebuild_instance(
        self,
        ctxt: RequestContext,
        instance: Any,
        new_pass: str | None,
        injected_files: Sequence[Any],
        image_ref: str,
        orig_image_ref: str | None,
        orig_sys_metadata: Mapping[str, Any],
        bdms: Any,
        recreate: bool = False,
        on_shared_storage: bool = False,
        host: str | None = None,
        node: str | None = None,
        preserve_ephemeral: bool = False,
        migration: Any = None,
        limits: Any = None,
    ) -> None:
        """Tell a host to make the server's guest anew.

        Before 4.5 a compute knows no migrations, nodes and limits of a rebuild.

        Nova: nova/compute/rpcapi.py ComputeAPI.rebuild_instance
        """
        extra = {"migration": migration, "scheduled_node": node, "limits": limits}
        version = "4.5"
        if not self.router.by_instance(ctxt, instance).can_send_version(version):
            version = "4.0"
            extra = {}
        self._to_host_of(ctxt, instance, host, version=version).cast(
            ctxt,
            "rebuild_instance",
            instance=instance,
            new_pass=new_pass,
            injected_files=injected_files,
            image_ref=image_ref,
            orig_image_ref=orig_image_ref,
            orig_sys_metadata=orig_sys_metadata,
            bdms=bdms,
            recreate=recreate,
            on_shared_storage=on_shared_storage,
            preserve_ephemeral=preserve_ephemeral,
            **extra,
        )

    def change_instance_metadata(
        self, ctxt: RequestContext, instance: Any, diff: Mapping[str, Sequence[str]]
    ) -> None:
        """Tell the server's host what of its metadata has changed.

        Nova: nova/compute/rpcapi.py ComputeAPI.change_instance_metadata
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt, "change_instance_metadata", instance=instance, diff=diff
        )
