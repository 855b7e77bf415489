"""The disks of a server.

Nova: nova/objects/block_device.py
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oslo_utils import versionutils

from tracenova import exception, objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

BLOCK_DEVICE_OPTIONAL_ATTRS = ("instance",)


@base.NovaObjectRegistry.register
class BlockDeviceMapping(
    base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat
):
    """One disk: made from an image, a volume or nothing; local or a volume.

    Nova: nova/objects/block_device.py BlockDeviceMapping
    """

    VERSION = "1.17"
    obj_db_table = "block_device_mapping"
    fields = {
        "id": fields.IntegerField(),
        "instance_uuid": fields.UUIDField(),
        "instance": fields.ObjectField("Instance", nullable=True),
        "source_type": fields.BlockDeviceSourceTypeField(nullable=True),
        "destination_type": fields.BlockDeviceDestinationTypeField(nullable=True),
        "guest_format": fields.StringField(nullable=True),
        "device_type": fields.BlockDeviceTypeField(nullable=True),
        "disk_bus": fields.StringField(nullable=True),
        "boot_index": fields.IntegerField(nullable=True),
        "device_name": fields.StringField(nullable=True),
        "delete_on_termination": fields.BooleanField(default=False),
        "snapshot_id": fields.StringField(nullable=True),
        "volume_id": fields.StringField(nullable=True),
        "volume_size": fields.IntegerField(nullable=True),
        "image_id": fields.StringField(nullable=True),
        "no_device": fields.BooleanField(default=False),
        "connection_info": fields.SensitiveStringField(nullable=True),
        "tag": fields.StringField(nullable=True),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.17 disks had no tag."""
        if versionutils.convert_version_to_tuple(target_version) < (1, 17):
            primitive.pop("tag", None)

    @staticmethod
    def _from_db_object(
        context: "RequestContext",
        block_device_obj: "BlockDeviceMapping",
        db_block_device: Row,
        expected_attrs: Sequence[str] | None = None,
    ) -> "BlockDeviceMapping":
        for name in block_device_obj.fields:
            if name not in BLOCK_DEVICE_OPTIONAL_ATTRS:
                block_device_obj[name] = db_block_device[name]
        block_device_obj._context = context
        if "instance" in (expected_attrs or ()):
            block_device_obj.obj_load_attr("instance")
        block_device_obj.obj_reset_changes()
        return block_device_obj

    def _create(
        self, context: "RequestContext", update_or_create: bool = False
    ) -> None:
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        updates = self.obj_get_changes()
        if "instance" in updates:
            reason = "instance assigned"
            raise exception.ObjectActionError(action="create", reason=reason)
        if update_or_create:
            row = db.block_device_mapping_update_or_create(
                context, updates, legacy=False
            )
        else:
            row = db.block_device_mapping_create(context, updates, legacy=False)
        self._from_db_object(context, self, row)

    @base.remotable
    def create(self) -> None:
        """Write the disk for the first time.

        Raises:
            ObjectActionError: it has a row already.
        """
        self._create(self._context)

    @base.remotable
    def update_or_create(self) -> None:
        """Write the disk, over the one with the same device name if there is one.

        Raises:
            ObjectActionError: it has a row already.
        """
        self._create(self._context, update_or_create=True)

    @base.remotable
    def destroy(self) -> None:
        """Mark the disk deleted.

        Raises:
            ObjectActionError: it has no row.
        """
        if not self.obj_attr_is_set("id"):
            reason = "already destroyed"
            raise exception.ObjectActionError(action="destroy", reason=reason)
        db.block_device_mapping_destroy(self._context, self.id)
        delattr(self, base.get_attrname("id"))

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            BDMNotFound: there is no such disk.
        """
        updates = self.obj_get_changes()
        if "instance" in updates:
            reason = "instance changed"
            raise exception.ObjectActionError(action="save", reason=reason)
        updates.pop("id", None)
        row = db.block_device_mapping_update(
            self._context, self.id, updates, legacy=False
        )
        if not row:
            raise exception.BDMNotFound(id=self.id)
        self._from_db_object(self._context, self, row)

    @base.remotable_classmethod
    def get_by_volume_and_instance(
        cls,
        context: "RequestContext",
        volume_id: str,
        instance_uuid: str,
        expected_attrs: Sequence[str] | None = None,
    ) -> "BlockDeviceMapping":
        """Read the disk of this server that is this volume.

        Raises:
            VolumeBDMNotFound: there is none.
        """
        row = db.block_device_mapping_get_by_instance_and_volume_id(
            context, volume_id, instance_uuid
        )
        if not row:
            raise exception.VolumeBDMNotFound(volume_id=volume_id)
        return cls._from_db_object(context, cls(), row, expected_attrs=expected_attrs)

    @base.remotable_classmethod
    def get_by_volume(
        cls,
        context: "RequestContext",
        volume_id: str,
        expected_attrs: Sequence[str] | None = None,
    ) -> "BlockDeviceMapping":
        """Read the one disk that is this volume.

        Raises:
            VolumeBDMNotFound: there is none.
            VolumeBDMIsMultiAttach: there are several.
        """
        rows = db.block_device_mapping_get_all_by_volume_id(context, volume_id)
        if not rows:
            raise exception.VolumeBDMNotFound(volume_id=volume_id)
        if len(rows) > 1:
            raise exception.VolumeBDMIsMultiAttach(volume_id=volume_id)
        return cls._from_db_object(
            context, cls(), rows[0], expected_attrs=expected_attrs
        )

    @property
    def is_root(self) -> bool:
        """Whether the guest starts from it."""
        return bool(self.boot_index == 0)

    @property
    def is_volume(self) -> bool:
        """Whether it is a cinder volume."""
        volume = fields.BlockDeviceDestinationType.VOLUME
        return bool(self.destination_type == volume)

    @property
    def is_image(self) -> bool:
        """Whether it is made from an image."""
        return bool(self.source_type == fields.BlockDeviceSourceType.IMAGE)

    def obj_load_attr(self, attrname: str) -> None:
        """Read the server on first use.

        Raises:
            ObjectActionError: the attribute cannot be read later.
            OrphanedObjectError: the object belongs to no request.
        """
        if attrname not in BLOCK_DEVICE_OPTIONAL_ATTRS:
            raise exception.ObjectActionError(
                action="obj_load_attr",
                reason=f"attribute {attrname} not lazy-loadable",
            )
        if not self._context:
            raise exception.OrphanedObjectError(
                method="obj_load_attr", objtype=self.obj_name()
            )
        self.instance = objects.Instance.get_by_uuid(self._context, self.instance_uuid)
        self.obj_reset_changes(fields=["instance"])


@base.NovaObjectRegistry.register
class BlockDeviceMappingList(base.ObjectListBase, base.NovaObject):
    """The disks of one server, or of several.

    Nova: nova/objects/block_device.py BlockDeviceMappingList
    """

    VERSION = "1.17"
    obj_db_table = "block_device_mapping"
    fields = {"objects": fields.ListOfObjectsField("BlockDeviceMapping")}

    @property
    def instance_uuids(self) -> set[str]:
        """The servers that the disks belong to."""
        return {b.instance_uuid for b in self if b.obj_attr_is_set("instance_uuid")}

    @classmethod
    def bdms_by_instance_uuid(
        cls, context: "RequestContext", instance_uuids: Sequence[str]
    ) -> dict[str, "BlockDeviceMappingList"]:
        """Read the disks of several servers, by server."""
        bdms = cls.get_by_instance_uuids(context, instance_uuids)
        return base.obj_make_dict_of_lists(context, cls, bdms, "instance_uuid")

    @base.remotable_classmethod
    def get_by_instance_uuids(
        cls,
        context: "RequestContext",
        instance_uuids: Sequence[str],
        use_slave: bool = False,
    ) -> "BlockDeviceMappingList":
        """Read the disks of several servers."""
        del use_slave
        rows = db.block_device_mapping_get_all_by_instance_uuids(
            context, instance_uuids
        )
        return base.obj_make_list(context, cls(), objects.BlockDeviceMapping, rows)

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str, use_slave: bool = False
    ) -> "BlockDeviceMappingList":
        """Read the disks of a server."""
        del use_slave
        rows = db.block_device_mapping_get_all_by_instance(context, instance_uuid)
        return base.obj_make_list(context, cls(), objects.BlockDeviceMapping, rows)

    def root_bdm(self) -> BlockDeviceMapping | None:
        """Return the disk that the guest starts from, or None.

        Raises:
            UndefinedRootBDM: these are the disks of several servers.
        """
        if len(self.instance_uuids) > 1:
            raise exception.UndefinedRootBDM
        return next((bdm for bdm in self if bdm.is_root), None)


def block_device_make_list_from_dicts(
    context: "RequestContext", bdm_dicts_list: Iterable[Mapping[str, Any]]
) -> BlockDeviceMappingList:
    """Return disks that have no rows yet.

    Nova: nova/objects/block_device.py block_device_make_list_from_dicts
    """
    made = [BlockDeviceMapping(context=context, **bdm) for bdm in bdm_dicts_list]
    return BlockDeviceMappingList(objects=made)
