"""The server: its states, where it runs, and all that belongs to it.

Split here: fields are in :mod:`instance_fields`, writing in :mod:`instance_save`,
reading on first use in :mod:`instance_load`, lists in :mod:`instance_list`.

Nova: nova/objects/instance.py
Left out: cells v1, EC2 ids, migration of key pairs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from oslo_utils import versionutils

from tracenova import exception, objects
from tracenova.conf import CONF
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base
from tracenova.objects.instance_fields import (
    INSTANCE_DEFAULT_FIELDS,
    INSTANCE_FIELDS,
    INSTANCE_OPTIONAL_ATTRS,
    expected_cols,
)
from tracenova.objects.instance_load import InstanceLoading
from tracenova.objects.instance_save import InstanceSaving

if TYPE_CHECKING:
    from tracenova.context import RequestContext
    from tracenova.objects.flavor import Flavor

__all__ = ["INSTANCE_DEFAULT_FIELDS", "INSTANCE_OPTIONAL_ATTRS", "Instance"]
_SINCE = (((2, 3), "device_metadata"), ((2, 2), "keypairs"), ((2, 1), "services"))
_METADATA = ("metadata", "system_metadata")
_COLUMNS = tuple(
    name
    for name in (*INSTANCE_FIELDS, *base.NovaPersistentObject.fields)
    if name not in {*INSTANCE_OPTIONAL_ATTRS, "deleted", "cleaned"}
)


@base.NovaObjectRegistry.register
class Instance(
    InstanceLoading,
    InstanceSaving,
    base.NovaPersistentObject,
    base.NovaObject,
    base.NovaObjectDictCompat,
):
    """One server, as the database of its cell knows it.

    Nova: nova/objects/instance.py Instance
    """

    VERSION = "2.3"
    obj_db_table = "instances"
    fields = INSTANCE_FIELDS
    obj_extra_fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reset_metadata_tracking()

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Take out what a receiver of an older version does not know."""
        super().obj_make_compatible(primitive, target_version)
        target = versionutils.convert_version_to_tuple(target_version)
        for since, name in _SINCE:
            if target < since:
                primitive.pop(name, None)

    # --- changes inside metadata ------------------------------------------------

    def _reset_metadata_tracking(self, fields: Iterable[str] | None = None) -> None:
        for name in _METADATA:
            if fields is None or name in fields:
                kept = dict(self[name]) if self.obj_attr_is_set(name) else {}
                setattr(self, f"_orig_{name}", kept)

    def obj_reset_changes(
        self, fields: Iterable[str] | None = None, recursive: bool = False
    ) -> None:
        """Forget that fields were changed, inside metadata too."""
        super().obj_reset_changes(fields, recursive=recursive)
        self._reset_metadata_tracking(fields=fields)

    def obj_what_changed(self) -> set[str]:
        """Return the changed fields, counting changes inside metadata."""
        changes: set[str] = super().obj_what_changed()
        for name in _METADATA:
            if self.obj_attr_is_set(name) and self[name] != self._orig(name):
                changes.add(name)
        return changes

    def _orig(self, name: str) -> dict[str, Any]:
        kept: dict[str, Any] = getattr(self, f"_orig_{name}", {})
        return kept

    def obj_clone(self) -> "Instance":
        """Return a copy that knows the same changes."""
        clone: Instance = super().obj_clone()
        for name in _METADATA:
            setattr(clone, f"_orig_{name}", dict(self._orig(name)))
        return clone

    @classmethod
    def _obj_from_primitive(
        cls, context: Any, objver: str, primitive: Mapping[str, Any]
    ) -> Any:
        self = super()._obj_from_primitive(context, objver, primitive)
        self._reset_metadata_tracking()
        return self

    # --- names ------------------------------------------------------------------

    @property
    def image_meta(self) -> "objects.ImageMeta":
        """What is known of its image, from system metadata."""
        return objects.ImageMeta.from_instance(self)

    @property
    def name(self) -> str:
        """What the hypervisor calls it: ``instance-0000002a``; "" before it has a row.

        Nova: nova/objects/instance.py Instance.name
        """
        if not self.obj_attr_is_set("id"):
            building = (self.vm_state, self.task_state) == ("building", "scheduling")
            return "" if building else str(self.uuid)
        template = CONF.instance_name_template
        try:
            return str(template % self.id)
        except TypeError:
            known = {n: self[n] for n in self.fields if self.obj_attr_is_set(n)}
        try:
            return str(template % known)
        except KeyError:
            return str(self.uuid)

    # --- reading ----------------------------------------------------------------

    @staticmethod
    def _from_db_object(
        context: "RequestContext",
        instance: "Instance",
        db_inst: Row,
        expected_attrs: Sequence[str] | None = None,
    ) -> "Instance":
        instance._context = context
        instance.obj_take(db_inst, _COLUMNS)
        instance.deleted = db_inst["deleted"] == db_inst["id"]
        instance.cleaned = db_inst["cleaned"] == 1
        instance._load_parts(db_inst, expected_attrs or ())
        instance.obj_reset_changes()
        return instance

    @base.remotable_classmethod
    def get_by_uuid(
        cls,
        context: "RequestContext",
        uuid: str,
        expected_attrs: Sequence[str] | None = None,
        use_slave: bool = False,
    ) -> "Instance":
        """Read a server, with the parts expected (default: the info cache).

        Raises:
            InstanceNotFound: there is none, or it is not the project's.
        """
        del use_slave
        if expected_attrs is None:
            expected_attrs = ["info_cache", "security_groups"]
        row = db.instance_get_by_uuid(
            context, uuid, columns_to_join=expected_cols(expected_attrs)
        )
        return cls._from_db_object(context, cls(), row, expected_attrs)

    @base.remotable_classmethod
    def get_by_id(
        cls,
        context: "RequestContext",
        inst_id: int,
        expected_attrs: Sequence[str] | None = None,
    ) -> "Instance":
        """Read a server by the number of its row.

        Raises:
            InstanceNotFound: there is none, or it is not the project's.
        """
        if expected_attrs is None:
            expected_attrs = ["info_cache", "security_groups"]
        row = db.instance_get(
            context, inst_id, columns_to_join=expected_cols(expected_attrs)
        )
        return cls._from_db_object(context, cls(), row, expected_attrs)

    @base.remotable
    def refresh(self, use_slave: bool = False) -> None:
        """Read again all that is set.

        Raises:
            InstanceNotFound: it is gone.
        """
        extra = [n for n in INSTANCE_OPTIONAL_ATTRS if self.obj_attr_is_set(n)]
        current = type(self).get_by_uuid(
            self._context, self.uuid, expected_attrs=extra, use_slave=use_slave
        )
        current._context = None  # nothing more may be read through the copy
        for name in self.fields:
            if not self.obj_attr_is_set(name):
                continue
            if name == "info_cache":
                self.info_cache.refresh()
            elif current.obj_attr_is_set(name) and self[name] != current[name]:
                self[name] = current[name]
        self.obj_reset_changes()

    # --- flavors and metadata ---------------------------------------------------

    def get_flavor(self, namespace: str | None = None) -> "Flavor | None":
        """Return its flavor; ``old`` and ``new`` are those of a resize.

        Nova: nova/objects/instance.py Instance.get_flavor
        """
        prefix = f"{namespace}_" if namespace is not None else ""
        try:
            flavor: Flavor | None = getattr(self, f"{prefix}flavor")
        except exception.FlavorNotFound:
            return None
        return flavor

    @base.remotable
    def delete_metadata_key(self, key: str) -> None:
        """Remove one metadata item, leaving all else as it is."""
        db.instance_metadata_delete(self._context, self.uuid, key)
        was_changed = "metadata" in self.obj_what_changed()
        del self.metadata[key]
        self._orig("metadata").pop(key, None)
        if not was_changed:
            self.obj_reset_changes(["metadata"])

    def clear_numa_topology(self) -> None:
        """Forget which host CPUs were given (the claim is aborted)."""
        if self.numa_topology is not None:
            self.numa_topology = self.numa_topology.clear_host_pinning()
