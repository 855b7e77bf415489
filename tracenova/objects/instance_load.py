"""Parts of a server that are read with it when asked for, or on first use.

Nova: nova/objects/instance.py [Instance._from_db_object, _load_*, obj_load_attr]
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from oslo_serialization import jsonutils

from tracenova import exception, objects
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base
from tracenova.objects.instance_fields import INSTANCE_OPTIONAL_ATTRS

LOG = logging.getLogger(__name__)
_FLAVORS: Final = ("flavor", "old_flavor", "new_flavor")


def _numa(instance: Any, text: str) -> Any:
    return objects.InstanceNUMATopology.obj_from_db_obj(instance.uuid, text)


def _pci_requests(instance: Any, text: str) -> Any:
    return objects.InstancePCIRequests.obj_from_db(
        instance._context, instance.uuid, text
    )


def _device_metadata(instance: Any, text: str) -> Any:
    return objects.InstanceDeviceMetadata.obj_from_db(instance._context, text)


def _vcpu_model(instance: Any, text: str) -> Any:
    del instance
    return objects.VirtCPUModel.from_json(text)


def _migration_context(instance: Any, text: str) -> Any:
    del instance
    return objects.MigrationContext.obj_from_db_obj(text)


_FROM_EXTRA: Final[dict[str, Callable[[Any, str], Any]]] = {
    "numa_topology": _numa,
    "pci_requests": _pci_requests,
    "device_metadata": _device_metadata,
    "vcpu_model": _vcpu_model,
    "migration_context": _migration_context,
}


class InstanceLoading(base.NovaObject):
    """Reads what hangs on a server.

    Nova: nova/objects/instance.py Instance
    """

    migration_context: Any
    pci_requests: Any
    info_cache: Any

    def _load_parts(self, db_inst: Row, expected_attrs: Sequence[str]) -> None:
        extra = db_inst.get("extra") or {}
        for name in expected_attrs:
            if name in {"metadata", "system_metadata"}:
                self[name] = db_inst[name]
            elif name in _FROM_EXTRA:
                text = extra.get(name)
                setattr(self, name, _FROM_EXTRA[name](self, text) if text else None)
        if "pci_requests" in expected_attrs and self.pci_requests is None and extra:
            self.pci_requests = _pci_requests(self, "[]")
        if set(_FLAVORS) & set(expected_attrs) and extra.get("flavor"):
            self._flavor_from_db(extra["flavor"])
        if "keypairs" in expected_attrs and extra.get("keypairs"):
            primitive = jsonutils.loads(extra["keypairs"])
            self.keypairs = objects.KeyPairList.obj_from_primitive(primitive)
            self.keypairs.obj_reset_changes(recursive=True)
        if "info_cache" in expected_attrs:
            self._info_cache_from_db(db_inst.get("info_cache"))
        if "fault" in expected_attrs:
            self._load_fault()
        self._load_lists(db_inst, expected_attrs)

    def _load_lists(self, db_inst: Row, expected_attrs: Sequence[str]) -> None:
        context = self._context
        if "security_groups" in expected_attrs:
            self.security_groups = objects.SecurityGroupList(context)
        if "tags" in expected_attrs:
            found = db_inst.get("tags") or []
            listed = objects.TagList(context)
            self.tags = base.obj_make_list(context, listed, objects.Tag, found)
        if "pci_devices" in expected_attrs:
            pci_devices = objects.PciDeviceList(context)
            found = db_inst.get("pci_devices") or []
            self.pci_devices = base.obj_make_list(
                context, pci_devices, objects.PciDevice, found
            )
        if "services" in expected_attrs:
            found = db_inst.get("services") or []
            self.services = base.obj_make_list(
                context, objects.ServiceList(context), objects.Service, found
            )

    def _flavor_from_db(self, db_flavor: str) -> None:
        kept = jsonutils.loads(db_flavor)
        for name, key in zip(_FLAVORS, ("cur", "old", "new"), strict=True):
            primitive = kept[key]
            flavor = objects.Flavor.obj_from_primitive(primitive) if primitive else None
            if flavor is not None:
                flavor.obj_reset_changes()
            setattr(self, name, flavor)
        self.obj_reset_changes(_FLAVORS)

    def _info_cache_from_db(self, row: Row | None) -> None:
        if row is None:
            self.info_cache = None
            return
        if not self.obj_attr_is_set("info_cache") or self.info_cache is None:
            self.info_cache = objects.InstanceInfoCache(self._context)
        self.info_cache._from_db_object(self._context, self.info_cache, row)

    # --- on first use -----------------------------------------------------------

    def obj_load_attr(self, attrname: str) -> None:
        """Read a part on first use.

        Raises:
            ObjectActionError: the attribute cannot be read later.
            OrphanedObjectError: the object belongs to no request.

        Nova: nova/objects/instance.py Instance.obj_load_attr
        """
        if attrname not in INSTANCE_OPTIONAL_ATTRS:
            raise exception.ObjectActionError(
                action="obj_load_attr",
                reason=f"attribute {attrname} not lazy-loadable",
            )
        if not self._context:
            raise exception.OrphanedObjectError(
                method="obj_load_attr", objtype=self.obj_name()
            )
        LOG.debug("Lazy-loading '%s' on Instance uuid %s", attrname, self.uuid)
        if attrname in _FLAVORS:
            self._load_flavor()
        else:
            loader = getattr(self, f"_load_{attrname}", None)
            loader() if loader is not None else self._load_generic(attrname)
        self.obj_reset_changes([attrname])

    def _load_generic(self, attrname: str) -> None:
        instance = objects.Instance.get_by_uuid(
            self._context, self.uuid, expected_attrs=[attrname]
        )
        if not instance.obj_attr_is_set(attrname):
            raise exception.ObjectActionError(
                action="obj_load_attr", reason=f"loading {attrname} requires recursion"
            )
        setattr(self, attrname, getattr(instance, attrname))

    def _load_fault(self) -> None:
        self.fault = objects.InstanceFault.get_latest_for_instance(
            self._context, self.uuid
        )

    def _load_flavor(self) -> None:
        instance = objects.Instance.get_by_uuid(
            self._context, self.uuid, expected_attrs=["flavor", "system_metadata"]
        )
        instance._context = None
        for name in _FLAVORS:
            setattr(self, name, getattr(instance, name))
        self.obj_reset_changes(_FLAVORS)

    def _load_numa_topology(self) -> None:
        try:
            self.numa_topology = objects.InstanceNUMATopology.get_by_instance_uuid(
                self._context, self.uuid
            )
        except exception.NumaTopologyNotFound:
            self.numa_topology = None

    def _load_pci_requests(self) -> None:
        self.pci_requests = objects.InstancePCIRequests.get_by_instance_uuid(
            self._context, self.uuid
        )

    def _load_device_metadata(self) -> None:
        self.device_metadata = objects.InstanceDeviceMetadata.get_by_instance_uuid(
            self._context, self.uuid
        )

    def _load_vcpu_model(self) -> None:
        self.vcpu_model = objects.VirtCPUModel.get_by_instance_uuid(
            self._context, self.uuid
        )

    def _load_migration_context(self) -> None:
        try:
            self.migration_context = objects.MigrationContext.get_by_instance_uuid(
                self._context, self.uuid
            )
        except exception.MigrationContextNotFound:
            self.migration_context = None

    def _load_keypairs(self) -> None:
        instance = objects.Instance.get_by_uuid(
            self._context, self.uuid, expected_attrs=["keypairs"]
        )
        known = instance.obj_attr_is_set("keypairs")
        self.keypairs = instance.keypairs if known else objects.KeyPairList(objects=[])
        self.keypairs.obj_reset_changes(recursive=True)

    def _load_security_groups(self) -> None:
        self.security_groups = objects.SecurityGroupList.get_by_instance(
            self._context, self
        )

    def _load_pci_devices(self) -> None:
        self.pci_devices = objects.PciDeviceList.get_by_instance_uuid(
            self._context, self.uuid
        )

    def _load_tags(self) -> None:
        if not self.obj_attr_is_set("id"):  # it is not written down yet
            self.tags = objects.TagList(self._context, objects=[])
            return
        self.tags = objects.TagList.get_by_resource_id(self._context, self.uuid)
