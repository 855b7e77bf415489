"""Words that users stick on their servers.

Nova: nova/objects/tag.py
Left out: adding and removing (microversion 2.26); a new server has none.
"""

from typing import TYPE_CHECKING

from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext


@base.NovaObjectRegistry.register
class Tag(base.NovaObject):
    """One word on one server.

    Nova: nova/objects/tag.py Tag
    """

    VERSION = "1.1"
    fields = {"resource_id": fields.StringField(), "tag": fields.StringField()}


@base.NovaObjectRegistry.register
class TagList(base.ObjectListBase, base.NovaObject):
    """All words on a server.

    Nova: nova/objects/tag.py TagList
    """

    VERSION = "1.1"
    fields = {"objects": fields.ListOfObjectsField("Tag")}

    @classmethod
    def get_by_resource_id(
        cls, context: "RequestContext", resource_id: str
    ) -> "TagList":
        """Return the words on a server: none, in this lab."""
        del resource_id
        return cls(context, objects=[])
