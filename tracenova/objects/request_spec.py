"""What the scheduler is asked: one place for one server of this flavor and image.

Nova: nova/objects/request_spec.py
Left out: making specs for servers older than Mitaka. Retries, limits and destination
are in :mod:`scheduler_limits`; the dicts of older releases in :mod:`request_spec_legacy`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oslo_serialization import jsonutils
from oslo_utils import versionutils

from tracenova import exception
from tracenova.db.sqlalchemy import api_models, rows
from tracenova.db.sqlalchemy.enginefacade import api_context_manager
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields
from tracenova.objects.request_spec_legacy import LegacyRequestSpec
from tracenova.objects.scheduler_limits import (
    Destination,
    SchedulerLimits,
    SchedulerRetries,
)

if TYPE_CHECKING:
    from tracenova.context import RequestContext

__all__ = ["Destination", "RequestSpec", "SchedulerLimits", "SchedulerRetries"]
REQUEST_SPEC_OPTIONAL_ATTRS = ("requested_destination",)


@base.NovaObjectRegistry.register
class RequestSpec(LegacyRequestSpec, base.NovaObject):
    """One request for places.

    Nova: nova/objects/request_spec.py RequestSpec
    """

    VERSION = "1.6"
    obj_db_namespace = "api-db"
    obj_db_table = "request_specs"
    fields = {
        "id": fields.IntegerField(),
        "image": fields.ObjectField("ImageMeta", nullable=True),
        "numa_topology": fields.ObjectField("InstanceNUMATopology", nullable=True),
        "pci_requests": fields.ObjectField("InstancePCIRequests", nullable=True),
        "project_id": fields.StringField(nullable=True),
        "availability_zone": fields.StringField(nullable=True),
        "flavor": fields.ObjectField("Flavor", nullable=False),
        "num_instances": fields.IntegerField(default=1),
        "ignore_hosts": fields.ListOfStringsField(nullable=True),
        "force_hosts": fields.ListOfStringsField(nullable=True),
        "force_nodes": fields.ListOfStringsField(nullable=True),
        "requested_destination": fields.ObjectField(
            "Destination", nullable=True, default=None
        ),
        "retry": fields.ObjectField("SchedulerRetries", nullable=True),
        "limits": fields.ObjectField("SchedulerLimits", nullable=True),
        "instance_group": fields.ObjectField("InstanceGroup", nullable=True),
        "scheduler_hints": fields.DictOfListOfStringsField(nullable=True),
        "instance_uuid": fields.UUIDField(),
    }

    def obj_make_compatible(
        self, primitive: dict[str, Any], target_version: str
    ) -> None:
        """Before 1.6 no destination could be asked for."""
        super().obj_make_compatible(primitive, target_version)
        if versionutils.convert_version_to_tuple(target_version) < (1, 6):
            primitive.pop("requested_destination", None)

    def obj_load_attr(self, attrname: str) -> None:
        """Give the default to what an older sender did not know.

        Raises:
            ObjectActionError: the attribute was left out by mistake.
        """
        if attrname not in REQUEST_SPEC_OPTIONAL_ATTRS:
            raise exception.ObjectActionError(
                action="obj_load_attr",
                reason=f"attribute {attrname} not lazy-loadable",
            )
        self.obj_set_defaults(attrname)

    @property
    def vcpus(self) -> int:
        """Virtual CPUs of the flavor."""
        return int(self.flavor.vcpus)

    @property
    def memory_mb(self) -> int:
        """Memory of the flavor."""
        return int(self.flavor.memory_mb)

    @property
    def root_gb(self) -> int:
        """Root disk of the flavor."""
        return int(self.flavor.root_gb)

    @property
    def ephemeral_gb(self) -> int:
        """Further disk of the flavor."""
        return int(self.flavor.ephemeral_gb)

    @property
    def swap(self) -> int:
        """Swap disk of the flavor, in MB."""
        return int(self.flavor.swap)

    def get_scheduler_hint(self, hint_name: str, default: Any = None) -> Any:
        """Return a user's hint: the value if there is one, else the list of values.

        Nova: nova/objects/request_spec.py RequestSpec.get_scheduler_hint
        """
        if not self.obj_attr_is_set("scheduler_hints") or self.scheduler_hints is None:
            return default
        hint = self.scheduler_hints.get(hint_name, default)
        return hint[0] if isinstance(hint, list) and len(hint) == 1 else hint

    @classmethod
    def from_components(
        cls,
        context: "RequestContext",
        instance_uuid: str,
        image: Any,
        flavor: Any,
        numa_topology: Any,
        pci_requests: Any,
        filter_properties: Mapping[str, Any],
        instance_group: Any,
        availability_zone: str | None,
        project_id: str | None = None,
    ) -> "RequestSpec":
        """Put a request together from what the API knows of a new server.

        Args:
            context: the request; its project counts unless one is given.
            instance_uuid: the server.
            image: ImageMeta, or the image's dict.
            flavor: Flavor, or its dict.
            numa_topology: InstanceNUMATopology or None.
            pci_requests: InstancePCIRequests.
            filter_properties: hints, forced hosts, retry, limits.
            instance_group: InstanceGroup or None.
            availability_zone: its name or None.
            project_id: the server's project.

        Nova: nova/objects/request_spec.py RequestSpec.from_components
        """
        spec = cls(context, num_instances=1, instance_uuid=instance_uuid)
        spec.instance_group = instance_group
        if instance_group is None and filter_properties:
            spec._populate_group_info(filter_properties)
        spec.project_id = project_id or context.project_id
        spec._image_meta_from_image(image)
        spec._from_flavor(flavor)
        spec._from_instance_pci_requests(pci_requests)
        spec._from_instance_numa_topology(numa_topology)
        spec._from_filter_properties(filter_properties)
        spec.availability_zone = availability_zone
        spec.obj_set_defaults()
        return spec

    @staticmethod
    def _from_db_object(
        context: "RequestContext", spec: "RequestSpec", db_spec: Row
    ) -> "RequestSpec":
        kept = spec.obj_from_primitive(jsonutils.loads(db_spec["spec"]))
        for name in spec.fields:
            if name in {"id", "instance_uuid"}:
                setattr(spec, name, db_spec[name])
            elif kept.obj_attr_is_set(name) or name in REQUEST_SPEC_OPTIONAL_ATTRS:
                setattr(spec, name, getattr(kept, name))
        spec._context = context
        spec.obj_reset_changes(recursive=True)
        return spec

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "RequestSpec":
        """Read what was asked for a server.

        Raises:
            RequestSpecNotFound: nothing is known.
        """
        with api_context_manager.reader.using(context) as conn:
            by = {"instance_uuid": instance_uuid}
            row = rows.first(conn, api_models.RequestSpec, **by)
        if row is None:
            raise exception.RequestSpecNotFound(instance_uuid=instance_uuid)
        return cls._from_db_object(context, cls(), row)

    def _get_update_primitives(self) -> dict[str, Any]:
        updates = self.obj_get_changes()
        values = {}
        if updates:  # one column holds all, so all is written
            values["spec"] = jsonutils.dumps(self.obj_to_primitive())
        if "instance_uuid" in updates:
            values["instance_uuid"] = updates["instance_uuid"]
        return values

    @base.remotable
    def create(self) -> None:
        """Write the request for the first time.

        Raises:
            ObjectActionError: it has a row already.
        """
        if self.obj_attr_is_set("id"):
            raise exception.ObjectActionError(action="create", reason="already created")
        values = self._get_update_primitives()
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.insert_row(conn, api_models.RequestSpec, values)
        self.id = row["id"]
        self.obj_reset_changes(recursive=True)

    @base.remotable
    def save(self) -> None:
        """Write what changed.

        Raises:
            RequestSpecNotFound: nothing is known of the server.
        """
        values = self._get_update_primitives()
        by = {"instance_uuid": self.instance_uuid}
        with api_context_manager.writer.using(self._context) as conn:
            row = rows.first(conn, api_models.RequestSpec, **by)
            if row is None:
                raise exception.RequestSpecNotFound(**by)
            row = rows.update_row(conn, api_models.RequestSpec, row, values)
        self._from_db_object(self._context, self, row)

    def reset_forced_destinations(self) -> None:
        """Ask without the forced hosts from now on; the stored request keeps them."""
        self.force_hosts: list[str] | None = None
        self.force_nodes: list[str] | None = None
        self.obj_reset_changes(["force_hosts", "force_nodes"])
