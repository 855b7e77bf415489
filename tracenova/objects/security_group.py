"""Security groups of nova-network; with neutron only their names pass through.

Nova: nova/objects/security_group.py
Left out: everything in the database: neutron keeps the groups.
"""

from typing import TYPE_CHECKING, Any

from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class SecurityGroup(
    base.NovaPersistentObject, base.NovaObject, base.NovaObjectDictCompat
):
    """One group, by name.

    Nova: nova/objects/security_group.py SecurityGroup
    """

    VERSION = "1.1"
    fields = {
        "id": fields.IntegerField(),
        "name": fields.StringField(),
        "description": fields.StringField(),
        "user_id": fields.StringField(),
        "project_id": fields.StringField(),
    }


@base.NovaObjectRegistry.register
class SecurityGroupList(base.ObjectListBase, base.NovaObject):
    """The groups of a server: an empty list with neutron.

    Nova: nova/objects/security_group.py SecurityGroupList
    """

    VERSION = "1.0"
    objects: list[SecurityGroup]
    fields = {"objects": fields.ListOfObjectsField("SecurityGroup")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.obj_attr_is_set("objects"):
            self.objects = []
            self.obj_reset_changes()

    @classmethod
    def get_by_instance(
        cls, context: "RequestContext", instance: Any
    ) -> "SecurityGroupList":
        """Return the groups that nova keeps for a server: none."""
        del instance
        return cls(context, objects=[])
