"""Which CPU a guest sees.

Nova: nova/objects/vcpu_model.py
"""

from typing import TYPE_CHECKING

from oslo_serialization import jsonutils

from tracenova.db import api as db
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class VirtCPUModel(base.NovaObject):
    """The CPU model, its arrangement and its features.

    Nova: nova/objects/vcpu_model.py VirtCPUModel
    """

    VERSION = "1.0"
    obj_db_table = "instance_extra"
    fields = {
        "arch": fields.ArchitectureField(nullable=True),
        "vendor": fields.StringField(nullable=True),
        "topology": fields.ObjectField("VirtCPUTopology", nullable=True),
        "features": fields.ListOfObjectsField("VirtCPUFeature", default=[]),
        "mode": fields.CPUModeField(nullable=True),
        "model": fields.StringField(nullable=True),
        "match": fields.CPUMatchField(nullable=True),
    }

    def obj_load_attr(self, attrname: str) -> None:
        """A field that was never set is None."""
        setattr(self, attrname, None)

    def to_json(self) -> str:
        """Return it as text for the database."""
        return str(jsonutils.dumps(self.obj_to_primitive()))

    @classmethod
    def from_json(cls, jsonstr: str) -> "VirtCPUModel":
        """Read it from the database's text."""
        model: VirtCPUModel = cls.obj_from_primitive(jsonutils.loads(jsonstr))
        return model

    @base.remotable_classmethod
    def get_by_instance_uuid(
        cls, context: "RequestContext", instance_uuid: str
    ) -> "VirtCPUModel | None":
        """Read the CPU model of a server; None: the host's default."""
        extra = db.instance_extra_get_by_instance_uuid(
            context, instance_uuid, columns=["vcpu_model"]
        )
        if not extra or not extra["vcpu_model"]:
            return None
        return cls.from_json(extra["vcpu_model"])


@base.NovaObjectRegistry.register
class VirtCPUFeature(base.NovaObject):
    """One CPU feature and what to do with it.

    Nova: nova/objects/vcpu_model.py VirtCPUFeature
    """

    VERSION = "1.0"
    fields = {
        "policy": fields.CPUFeaturePolicyField(nullable=True),
        "name": fields.StringField(nullable=False),
    }

    def obj_load_attr(self, attrname: str) -> None:
        """A field that was never set is None."""
        setattr(self, attrname, None)
