"""Words that users stick on their servers.

Nova: nova/objects/tag.py
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from tracenova import objects
from tracenova.db import api as db
from tracenova.db.sqlalchemy.rows import Row
from tracenova.objects import base, fields

if TYPE_CHECKING:
    from tracenova.context import RequestContext

MAX_TAG_LENGTH: Final = 60


@base.NovaObjectRegistry.register
class Tag(base.NovaObject):
    """One word on one server.

    Nova: nova/objects/tag.py Tag
    """

    VERSION = "1.1"
    obj_db_table = "tags"
    fields = {"resource_id": fields.StringField(), "tag": fields.StringField()}
    resource_id: Any
    tag: Any

    @staticmethod
    def _from_db_object(context: "RequestContext", tag: "Tag", db_tag: Row) -> "Tag":
        for name in tag.fields:
            setattr(tag, name, db_tag[name])
        tag.obj_reset_changes()
        tag._context = context
        return tag

    @base.remotable
    def create(self) -> None:
        """Put the word on the server."""
        row = db.instance_tag_add(self._context, self.resource_id, self.tag)
        self._from_db_object(self._context, self, row)

    @base.remotable_classmethod
    def destroy(cls, context: "RequestContext", resource_id: str, name: str) -> None:
        """Remove a word.

        Raises:
            InstanceTagNotFound: the server does not have it.
        """
        db.instance_tag_delete(context, resource_id, name)

    @base.remotable_classmethod
    def exists(cls, context: "RequestContext", resource_id: str, name: str) -> bool:
        """Say whether the server has the word."""
        return db.instance_tag_exists(context, resource_id, name)


@base.NovaObjectRegistry.register
class TagList(base.ObjectListBase, base.NovaObject):
    """All words on a server.

    Nova: nova/objects/tag.py TagList
    """

    VERSION = "1.1"
    obj_db_table = "tags"
    fields = {"objects": fields.ListOfObjectsField("Tag")}

    @base.remotable_classmethod
    def get_by_resource_id(
        cls, context: "RequestContext", resource_id: str
    ) -> "TagList":
        """Return the words on a server."""
        found = db.instance_tag_get_by_instance_uuid(context, resource_id)
        return _list(context, cls(), found)

    @base.remotable_classmethod
    def create(
        cls, context: "RequestContext", resource_id: str, tags: Iterable[str]
    ) -> "TagList":
        """Put these words in place of all; return them."""
        return _list(context, cls(), db.instance_tag_set(context, resource_id, tags))

    @base.remotable_classmethod
    def destroy(cls, context: "RequestContext", resource_id: str) -> None:
        """Remove all words."""
        db.instance_tag_delete_all(context, resource_id)


def _list(context: "RequestContext", tags: TagList, found: list[Row]) -> TagList:
    made: TagList = base.obj_make_list(context, tags, objects.Tag, found)
    return made
