"""What is known of an image: glance's record and the properties that Nova understands.

Nova: nova/objects/image_meta.py
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from oslo_utils import versionutils

from tracenova import exception, objects
from tracenova.objects import base, fields
from tracenova.objects.cpu_spec import parse_cpu_spec
from tracenova.objects.image_meta_fields import LEGACY_NAMES, PROPERTIES, SINCE

if TYPE_CHECKING:
    from tracenova.context import RequestContext

NULLABLE_STRING_FIELDS: Final = (
    *("name", "checksum", "owner", "container_format", "disk_format"),
)
NULLABLE_INTEGER_FIELDS: Final = ("size", "virtual_size")
SM_IMAGE_PROP_PREFIX: Final = "image_"
_INHERITABLE: Final = (
    *("status", "checksum", "min_ram", "min_disk", "disk_format"),
    *("container_format", "size", "name", "owner"),
)


@base.NovaObjectRegistry.register
class ImageMeta(base.NovaObject):
    """One image.

    Nova: nova/objects/image_meta.py ImageMeta
    """

    VERSION = "1.8"
    fields = {
        "id": fields.UUIDField(),
        "name": fields.StringField(),
        "status": fields.StringField(),
        "visibility": fields.StringField(),
        "protected": fields.FlexibleBooleanField(),
        "checksum": fields.StringField(),
        "owner": fields.StringField(),
        "size": fields.IntegerField(),
        "virtual_size": fields.IntegerField(),
        "container_format": fields.StringField(),
        "disk_format": fields.StringField(),
        "created_at": fields.DateTimeField(nullable=True),
        "updated_at": fields.DateTimeField(nullable=True),
        "tags": fields.ListOfStringsField(),
        "direct_url": fields.StringField(),
        "min_ram": fields.IntegerField(),
        "min_disk": fields.IntegerField(),
        "properties": fields.ObjectField("ImageMetaProps"),
    }

    @classmethod
    def from_dict(cls, image_meta: Mapping[str, Any] | None) -> "ImageMeta":
        """Read the dict that the image API gives; unknown keys are left out.

        Nova: nova/objects/image_meta.py ImageMeta.from_dict
        """
        given = dict(image_meta or {})
        properties = given.pop("properties", None) or {}
        for names, empty in (
            (NULLABLE_STRING_FIELDS, ""),
            (NULLABLE_INTEGER_FIELDS, 0),
        ):
            for name in names:
                if name in given and given[name] is None:
                    given[name] = empty
        known = {name: value for name, value in given.items() if name in cls.fields}
        return cls(**known, properties=objects.ImageMetaProps.from_dict(properties))

    @classmethod
    def from_instance(cls, instance: Any) -> "ImageMeta":
        """Read what a server's system metadata kept of its image.

        Nova: nova/objects/image_meta.py ImageMeta.from_instance
        """
        return cls.from_dict(image_from_system_metadata(instance["system_metadata"]))

    @classmethod
    def from_image_ref(
        cls, context: "RequestContext", image_api: Any, image_ref: str
    ) -> "ImageMeta":
        """Ask glance.

        Raises:
            ImageNotFound: glance does not have it.
        """
        image = cls.from_dict(image_api.get(context, image_ref))
        image.id = image_ref
        return image


def image_from_system_metadata(system_metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the image's dict that ``image_*`` items describe.

    Nova: nova/utils.py get_image_from_system_metadata
    """
    image: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for key, value in system_metadata.items():
        if value is None or not key.startswith(SM_IMAGE_PROP_PREFIX):
            continue
        name = key.removeprefix(SM_IMAGE_PROP_PREFIX)
        if name in _INHERITABLE:
            image[name] = value
        else:
            properties[name] = value
    return {**image, "properties": properties}


@base.NovaObjectRegistry.register
class ImageMetaProps(base.NovaObject):
    """An image's properties: ``hw_`` hardware, ``img_`` use, ``os_`` guest system.

    Nova: nova/objects/image_meta.py ImageMetaProps
    """

    VERSION = "1.15"
    NUMA_NODES_MAX = 128
    fields = PROPERTIES

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Take out what a receiver of an older version does not know.

        Raises:
            ObjectActionError: the disk bus cannot be told to it.
        """
        super().obj_make_compatible(primitive, target_version)
        target = versionutils.convert_version_to_tuple(target_version)
        for since, name in SINCE:
            if target < since:
                primitive.pop(name, None)
        if target < (1, 6) and primitive.get("hw_disk_bus") in {"lxc", "uml"}:
            bus = primitive["hw_disk_bus"]
            raise exception.ObjectActionError(
                action="obj_make_compatible",
                reason=f"hw_disk_bus={bus} not supported in version {target}",
            )

    @classmethod
    def from_dict(cls, image_props: Mapping[str, Any]) -> "ImageMetaProps":
        """Read properties; today's names win over older ones, unknown ones go.

        Nova: nova/objects/image_meta.py ImageMetaProps.from_dict
        """
        props = cls()
        for old, new in LEGACY_NAMES.items():
            if old in image_props:
                setattr(props, new, image_props[old])
        props._set_adapter(image_props.get("vmware_adaptertype"))
        props._set_numa(image_props)
        for name in cls.fields:
            if name in image_props and name not in {"hw_numa_mem", "hw_numa_cpus"}:
                setattr(props, name, image_props[name])
        return props

    def _set_adapter(self, adapter: str | None) -> None:
        if adapter == "ide":
            self.hw_disk_bus = "ide"
        elif adapter:
            self.hw_disk_bus = "scsi"
            self.hw_scsi_model = adapter

    def _set_numa(self, image_props: Mapping[str, Any]) -> None:
        memory = self._numbered(image_props, "hw_numa_mem")
        if memory:
            self.hw_numa_mem = [int(each) for each in memory]
        cpus = self._numbered(image_props, "hw_numa_cpus")
        if cpus:
            self.hw_numa_cpus = [parse_cpu_spec(each) for each in cpus]

    def _numbered(self, image_props: Mapping[str, Any], name: str) -> list[Any]:
        values = []
        for cell in range(self.NUMA_NODES_MAX):
            if f"{name}.{cell}" not in image_props:
                break
            values.append(image_props[f"{name}.{cell}"])
        return values

    def get(self, name: str, defvalue: Any = None) -> Any:
        """Return a property, or the default when the image does not have it."""
        return getattr(self, name) if self.obj_attr_is_set(name) else defvalue
