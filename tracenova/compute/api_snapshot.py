"""Make an image of a server; make a server anew from an image.

Nova: nova/compute/api.py API [snapshot, snapshot_volume_backed, rebuild]. Left out:
backups, quiescing a guest before its volumes are copied, evacuation.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tracenova import exception, objects
from tracenova.compute import (
    image_metadata,
    instance_actions,
    task_states,
    vm_states,
)
from tracenova.compute import utils as compute_utils
from tracenova.compute.api_create import Creation
from tracenova.compute.api_decorators import check_instance_lock, check_instance_state
from tracenova.conf import CONF
from tracenova.context import RequestContext

Image = dict[str, Any]


class Snapshots(Creation):
    """From servers to images, and back.

    Nova: nova/compute/api.py API
    """

    @check_instance_state(
        vm_state=[
            vm_states.ACTIVE,
            vm_states.STOPPED,
            vm_states.PAUSED,
            vm_states.SUSPENDED,
        ]
    )
    def snapshot(
        self,
        context: RequestContext,
        instance: Any,
        name: str,
        extra_properties: Mapping[str, str] | None = None,
    ) -> Image:
        """Describe an image, and let the server's host fill it; return the image.

        A lock does not forbid it: nothing of the server changes.
        """
        properties = {
            "instance_uuid": instance.uuid,
            "user_id": str(context.user_id),
            "image_type": "snapshot",
            **(extra_properties or {}),
        }
        described = self._initialize_instance_snapshot_metadata(
            instance, name, properties
        )
        for fmt in ("disk_format", "container_format"):  # the driver's to say
            described.pop(fmt, None)
        image_meta: Image = self.image_api.create(context, described)
        instance.task_state = task_states.IMAGE_SNAPSHOT_PENDING
        instance.save(expected_task_state=[None])
        self.compute_rpcapi.snapshot_instance(context, instance, image_meta["id"])
        return image_meta

    def _initialize_instance_snapshot_metadata(
        self,
        instance: Any,
        name: str,
        extra_properties: Mapping[str, str] | None = None,
    ) -> Image:
        """Return what the new image has of the one that the server was made from."""
        image_meta = image_metadata.get_image_from_system_metadata(
            instance.system_metadata
        )
        properties = image_meta["properties"]
        for key in CONF.non_inheritable_image_properties:
            properties.pop(key, None)
        properties.update(extra_properties or {})
        return {**image_meta, "name": name, "is_public": False}

    @check_instance_state(
        vm_state=[vm_states.ACTIVE, vm_states.STOPPED, vm_states.SUSPENDED]
    )
    def snapshot_volume_backed(
        self,
        context: RequestContext,
        instance: Any,
        name: str,
        extra_properties: Mapping[str, str] | None = None,
    ) -> Image:
        """Have cinder copy the server's volumes; return an image that names the copies.

        The image has no data: a server made of it gets volumes made of the copies.
        """
        image_meta = self._initialize_instance_snapshot_metadata(
            instance, name, extra_properties
        )
        for fmt in ("disk_format", "container_format"):
            image_meta.pop(fmt, None)
        properties = image_meta["properties"]
        for key in ("block_device_mapping", "bdm_v2", "root_device_name"):
            properties.pop(key, None)
        if instance.root_device_name:
            properties["root_device_name"] = instance.root_device_name
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        mapping = [
            self._image_mapping(context, bdm, name) for bdm in bdms if not bdm.no_device
        ]
        if mapping:
            properties["block_device_mapping"] = mapping
            properties["bdm_v2"] = True
        made: Image = self.image_api.create(context, {**image_meta, "size": 0})
        return made

    def _image_mapping(
        self, context: RequestContext, bdm: Any, image_name: str
    ) -> dict[str, Any]:
        """Return the disk as an image describes it; a volume: its copy.

        Nova: nova/block_device.py snapshot_from_bdm, BlockDeviceDict.get_image_mapping
        """
        kept = {name: bdm[name] for name in _IMAGE_MAPPING_FIELDS}
        if not bdm.is_volume:
            return kept
        volume = self.volume_api.get(context, bdm.volume_id)
        snapshot = self.volume_api.create_snapshot_force(
            context,
            volume["id"],
            f"snapshot for {image_name}",
            volume["display_description"],
        )
        copied = {"source_type": "snapshot", "snapshot_id": snapshot["id"]}
        return {**kept, **copied, "volume_id": None, "image_id": None}

    @check_instance_lock
    @check_instance_state(
        vm_state=[vm_states.ACTIVE, vm_states.STOPPED, vm_states.ERROR]
    )
    def rebuild(
        self,
        context: RequestContext,
        instance: Any,
        image_href: str,
        admin_password: str,
        files_to_inject: Sequence[tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Begin to make the server anew from an image, on the host where it is.

        ``kwargs``: ``metadata``, ``preserve_ephemeral``, ``auto_disk_config``, and what
        else of the instance is to change.

        Raises:
            ImageNotFound: there is no such image.
            ImageNotActive, FlavorDiskTooSmall, FlavorMemoryTooSmall: it does not fit.
            QuotaError: too much metadata, too many or too long files.
        """
        image_id, image = self._get_image(context, image_href)
        self._check_auto_disk_config(image, kwargs.get("auto_disk_config"))
        bdms = objects.BlockDeviceMappingList.get_by_instance_uuid(
            context, instance.uuid
        )
        root_bdm = compute_utils.get_root_bdm(context, instance, bdms)
        orig_image_ref = self._image_of(context, instance, root_bdm, bdms)
        self._checks_for_create_and_rebuild(
            context,
            image_id,
            image,
            instance.flavor,
            kwargs.get("metadata", {}),
            files_to_inject,
            root_bdm,
        )
        self._note_rebuild(context, instance, image, image_href, kwargs)
        orig_sys_metadata = _reset_image_metadata(instance, image)
        self._record_action_start(context, instance, instance_actions.REBUILD)
        host, request_spec = self._where_to_rebuild(
            context, instance, image, image_href, orig_image_ref
        )
        self.compute_task_api.rebuild_instance(
            context,
            instance=instance,
            new_pass=admin_password,
            injected_files=files_to_inject or [],
            image_ref=image_href,
            orig_image_ref=orig_image_ref,
            orig_sys_metadata=orig_sys_metadata,
            bdms=bdms,
            preserve_ephemeral=kwargs.get("preserve_ephemeral", False),
            host=host,
            request_spec=request_spec,
        )

    def _image_of(
        self, context: RequestContext, instance: Any, root_bdm: Any, bdms: Any
    ) -> str | None:
        """Return the image that the server, or its root volume, was made from."""
        if not compute_utils.is_volume_backed_instance(context, instance, bdms):
            ref: str | None = instance.image_ref
            return ref
        volume = self.volume_api.get(context, root_bdm.volume_id)
        found: str | None = volume.get("volume_image_metadata", {}).get("image_id")
        return found

    def _note_rebuild(
        self,
        context: RequestContext,
        instance: Any,
        image: Mapping[str, Any],
        image_href: str,
        updates: Mapping[str, Any],
    ) -> None:
        kernel_id, ramdisk_id = self._handle_kernel_and_ramdisk(
            context, None, None, image
        )
        changes = {
            **self._inherit_properties_from_image(
                image, updates.get("auto_disk_config")
            ),
            "task_state": task_states.REBUILDING,
            "image_ref": image_href,
            "kernel_id": kernel_id or "",
            "ramdisk_id": ramdisk_id or "",
            "progress": 0,
            **{k: v for k, v in updates.items() if k != "preserve_ephemeral"},
        }
        for name, value in changes.items():
            setattr(instance, name, value)
        instance.save(expected_task_state=[None])

    def _where_to_rebuild(
        self,
        context: RequestContext,
        instance: Any,
        image: Mapping[str, Any],
        image_href: str,
        orig_image_ref: str | None,
    ) -> tuple[str | None, Any]:
        """Return the host, or None: the scheduler must say whether the new image may.

        It is asked about the server's own host only, and only the filters that a new
        image concerns are.
        """
        try:
            spec = objects.RequestSpec.get_by_instance_uuid(context, instance.uuid)
        except exception.RequestSpecNotFound:
            return instance.host, None
        if orig_image_ref == image_href:
            return instance.host, spec
        spec.image = objects.ImageMeta.from_dict(image)
        spec.save()
        if not spec.obj_attr_is_set("scheduler_hints") or spec.scheduler_hints is None:
            spec.scheduler_hints = {}
        del spec.id  # what follows must not be saved
        spec.scheduler_hints["_nova_check_type"] = ["rebuild"]
        spec.force_hosts = [instance.host]
        spec.force_nodes = [instance.node]
        return None, spec


_IMAGE_MAPPING_FIELDS = (
    *("source_type", "destination_type", "guest_format", "device_type", "disk_bus"),
    *("boot_index", "device_name", "delete_on_termination", "snapshot_id", "volume_id"),
    *("volume_size", "image_id", "no_device"),
)


def _reset_image_metadata(instance: Any, image: Mapping[str, Any]) -> dict[str, Any]:
    """Put the new image's properties in place of the old one's; return all there were."""
    before = dict(instance.system_metadata)
    kept = {
        key: value
        for key, value in before.items()
        if not key.startswith(image_metadata.SM_IMAGE_PROP_PREFIX)
    }
    new = image_metadata.get_system_metadata_from_image(image, instance.flavor)
    instance.system_metadata = {**kept, **new}
    instance.save()
    return before
