"""What every object can: travel with its version, remember changes, act from afar.

Nova: nova/objects/base.py
Left out: should_migrate_data (no online data migrations here). ``remotable`` and the
indirection are in :mod:`tracenova.objects.remote`, the message serializer in
:mod:`tracenova.objects.serializer`; both are reachable from here by Nova's names.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import netaddr
from oslo_utils import versionutils
from oslo_versionedobjects import base as ovoo_base

from tracenova import exception, objects
from tracenova.objects import fields as obj_fields
from tracenova.objects.quick import QuickObject, empty_list, shorten_access
from tracenova.objects.remote import (
    Indirection,
    clear_indirection,
    remotable,
    remotable_classmethod,
    serialize_args,
    set_indirection,
)
from tracenova.objects.serializer import NovaObjectSerializer

if TYPE_CHECKING:
    from tracenova.context import RequestContext

__all__ = [
    "NovaObject",
    "NovaObjectDictCompat",
    "NovaObjectRegistry",
    "NovaObjectSerializer",
    "NovaPersistentObject",
    "NovaTimestampObject",
    "ObjectListBase",
    "clear_indirection",
    "get_attrname",
    "obj_equal_prims",
    "obj_make_dict_of_lists",
    "obj_make_list",
    "obj_to_primitive",
    "remotable",
    "remotable_classmethod",
    "serialize_args",
    "set_indirection",
]


def get_attrname(name: str) -> str:
    """Return where the object keeps the field's value.

    Nova: nova/objects/base.py get_attrname
    """
    return "_obj_" + name


class NovaObjectRegistry(ovoo_base.VersionedObjectRegistry):
    """The list of all object classes; the newest version of each is the one in use.

    Nova: nova/objects/base.py NovaObjectRegistry
    """

    def registration_hook(self, cls: type["NovaObject"], index: int) -> None:
        """Make the class known as ``objects.<Name>`` unless a newer one is."""
        del index
        shorten_access(cls)
        known = vars(objects).get(cls.obj_name())
        version = versionutils.convert_version_to_tuple(cls.VERSION)
        if known is None or version >= versionutils.convert_version_to_tuple(
            known.VERSION
        ):
            setattr(objects, cls.obj_name(), cls)


class NovaObject(QuickObject):
    """A thing with named, typed fields and a version that both sides agree on.

    Attributes:
        obj_db_namespace: the database its remotable methods speak to: ``cell-db`` or
            ``api-db``.
        obj_db_table: the table they read and write, for the trace.

    Nova: nova/objects/base.py NovaObject
    """

    OBJ_SERIAL_NAMESPACE = "nova_object"
    OBJ_PROJECT_NAMESPACE = "nova"
    indirection_api: ClassVar[Any] = Indirection()
    _context: Any  # RequestContext, or None for an object that belongs to no request
    obj_db_namespace: ClassVar[str] = "cell-db"
    obj_db_table: ClassVar[str] = ""

    @classmethod
    def obj_class_from_name(cls, objname: str, objver: str) -> Any:
        """Return the class by name and version, loading all classes first."""
        objects.register_all()
        return super().obj_class_from_name(objname, objver)

    def obj_db_attributes(self) -> dict[str, Any]:
        """Return what the database span of the operation just done should tell."""
        return {}

    def obj_reset_changes(
        self, fields: Iterable[str] | None = None, recursive: bool = False
    ) -> None:
        """Forget that fields were changed (their values stay).

        Args:
            fields: only these; None or empty: all.
            recursive: also in the objects that changed fields hold.

        Nova: nova/objects/base.py NovaObject.obj_reset_changes
        """
        if recursive:
            self._reset_children(set(fields) if fields else None)
        if fields:
            self._changed_fields -= set(fields)
        else:
            self._changed_fields.clear()

    def _reset_children(self, wanted: set[str] | None) -> None:
        for name in self.obj_get_changes():
            if wanted is not None and name not in wanted:
                continue
            value = getattr(self, name) if self.obj_attr_is_set(name) else None
            if isinstance(value, NovaObject):
                value.obj_reset_changes(recursive=True)
            elif isinstance(self.fields[name], obj_fields.ListOfObjectsField):
                for thing in value or ():
                    thing.obj_reset_changes(recursive=True)

    @contextmanager
    def obj_alternate_context(self, context: "RequestContext | None") -> Iterator[None]:
        """Act, within the block, for another request.

        Nova: nova/objects/base.py NovaObject.obj_alternate_context
        """
        original = self._context
        self._context = context
        try:
            yield
        finally:
            self._context = original

    @contextmanager
    def obj_as_admin(self) -> Iterator[None]:
        """Act, within the block, with administrator's rights.

        Raises:
            OrphanedObjectError: the object belongs to no request.

        Nova: nova/objects/base.py NovaObject.obj_as_admin
        """
        if self._context is None:
            raise exception.OrphanedObjectError(
                method="obj_as_admin", objtype=self.obj_name()
            )
        with self.obj_alternate_context(self._context.elevated()):
            yield


class NovaObjectDictCompat(ovoo_base.VersionedObjectDictCompat):
    """Lets older code read an object as a dict; only fields that are set count.

    Nova: nova/objects/base.py NovaObjectDictCompat
    """

    def __iter__(self) -> Iterator[str]:
        for name in self.obj_fields:
            if self.obj_attr_is_set(name) or name in self.obj_extra_fields:
                yield name

    def keys(self) -> list[str]:
        """Return the names of the fields that are set."""
        return list(self)


class NovaTimestampObject:
    """Adds when the row was made and last changed.

    Nova: nova/objects/base.py NovaTimestampObject
    """

    fields = {
        "created_at": obj_fields.DateTimeField(nullable=True),
        "updated_at": obj_fields.DateTimeField(nullable=True),
    }


class NovaPersistentObject:
    """Adds the bookkeeping of rows that are marked deleted rather than removed.

    Nova: nova/objects/base.py NovaPersistentObject
    """

    fields = {
        "created_at": obj_fields.DateTimeField(nullable=True),
        "updated_at": obj_fields.DateTimeField(nullable=True),
        "deleted_at": obj_fields.DateTimeField(nullable=True),
        "deleted": obj_fields.BooleanField(default=False),
    }


class ObjectListBase(ovoo_base.ObjectListBase):
    """An object whose one field, ``objects``, is a list.

    Nova: nova/objects/base.py ObjectListBase
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "objects" in kwargs:
            super().__init__(*args, **kwargs)
        else:
            super(ovoo_base.ObjectListBase, self).__init__(*args, **kwargs)
            empty_list(self, "objects")

    @classmethod
    def _obj_primitive_key(cls, field: str) -> str:
        return f"nova_object.{field}"

    @classmethod
    def _obj_primitive_field(
        cls,
        primitive: dict[str, Any],
        field: str,
        default: Any = obj_fields.UnspecifiedDefault,
    ) -> Any:
        key = cls._obj_primitive_key(field)
        if default is obj_fields.UnspecifiedDefault:
            return primitive[key]
        return primitive.get(key, default)


def obj_to_primitive(obj: Any) -> Any:
    """Return the object as plain dicts and lists, without versions (one way).

    Nova: nova/objects/base.py obj_to_primitive
    """
    if isinstance(obj, ObjectListBase):
        return [obj_to_primitive(item) for item in obj]
    if isinstance(obj, NovaObject):
        return {
            key: obj_to_primitive(getattr(obj, key))
            for key in obj.obj_fields
            if obj.obj_attr_is_set(key) or key in obj.obj_extra_fields
        }
    if isinstance(obj, netaddr.IPAddress | netaddr.IPNetwork):
        return str(obj)
    return obj


def obj_make_list(
    context: "RequestContext | None",
    list_obj: Any,
    item_cls: Any,
    db_list: Iterable[Any],
    **extra_args: Any,
) -> Any:
    """Fill the list object with one object per database row.

    Nova: nova/objects/base.py obj_make_list
    """
    list_obj.objects = [
        item_cls._from_db_object(context, item_cls(), db_item, **extra_args)
        for db_item in db_list
    ]
    list_obj._context = context
    list_obj.obj_reset_changes()
    return list_obj


def obj_make_dict_of_lists(
    context: "RequestContext", list_cls: Any, obj_list: Iterable[Any], item_key: str
) -> dict[Any, Any]:
    """Sort objects into lists by the value of one field.

    Nova: nova/objects/base.py obj_make_dict_of_lists
    """
    grouped: dict[Any, list[Any]] = {}
    for obj in obj_list:
        grouped.setdefault(getattr(obj, item_key), []).append(obj)
    lists = {key: list_cls(context, objects=found) for key, found in grouped.items()}
    for made in lists.values():
        made.obj_reset_changes()
    return lists


def obj_equal_prims(
    obj_1: NovaObject, obj_2: NovaObject, ignore: Sequence[str] = ()
) -> bool:
    """Say whether two objects carry the same data, whatever was changed lately.

    Nova: nova/objects/base.py obj_equal_prims
    """
    dropped = {"nova_object.changes", *ignore}

    def stripped(prim: Any) -> Any:
        if isinstance(prim, dict):
            return {k: stripped(v) for k, v in prim.items() if k not in dropped}
        if isinstance(prim, list):
            return [stripped(item) for item in prim]
        return prim

    first, second = obj_1.obj_to_primitive(), obj_2.obj_to_primitive()
    return bool(stripped(first) == stripped(second))
