"""Objects in messages: each travels as a dict that names its class and version.

Nova: nova/objects/base.py [NovaObjectSerializer]
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import oslo_messaging as messaging
from oslo_versionedobjects import base as ovoo_base
from oslo_versionedobjects import exception as ovoo_exc

if TYPE_CHECKING:
    from tracenova.context import RequestContext

NAME_KEY = "nova_object.name"
VERSION_KEY = "nova_object.version"
_SIMPLE = frozenset((bool, float, int, str, type(None)))
_ITERABLES = (tuple, list, set, dict)


class NovaObjectSerializer(messaging.NoOpSerializer):
    """Writes objects into messages and reads them back, of an older version if need be.

    Nova: nova/objects/base.py NovaObjectSerializer
    """

    @property
    def conductor(self) -> Any:
        """Whom to ask for an older version of an object that is too new for us."""
        if not hasattr(self, "_conductor"):
            from tracenova import conductor

            self._conductor = conductor.API()
        return self._conductor

    def serialize_entity(self, context: "RequestContext | None", entity: Any) -> Any:
        """Return the argument or result as what a message can hold."""
        if type(entity) in _SIMPLE:
            return entity
        if isinstance(entity, _ITERABLES):
            return self._process_iterable(context, self.serialize_entity, entity)
        if callable(getattr(entity, "obj_to_primitive", None)):
            return entity.obj_to_primitive()
        return entity

    def deserialize_entity(self, context: "RequestContext | None", entity: Any) -> Any:
        """Return the argument or result as the objects that it was.

        Raises:
            IncompatibleObjectVersion: too new, and of a class that is unknown here.
        """
        if type(entity) in _SIMPLE:
            return entity
        if isinstance(entity, dict) and NAME_KEY in entity:
            return self._process_object(context, entity)
        if isinstance(entity, _ITERABLES):
            return self._process_iterable(context, self.deserialize_entity, entity)
        return entity

    def _process_object(
        self, context: "RequestContext | None", objprim: dict[str, Any]
    ) -> Any:
        from tracenova.objects import base

        try:
            return base.NovaObject.obj_from_primitive(objprim, context=context)
        except ovoo_exc.IncompatibleObjectVersion:
            version = objprim[VERSION_KEY]
            if version.count(".") == 2:  # a bugfix number never needs a backport
                known = version.rpartition(".")[0]
                return self._process_object(context, {**objprim, VERSION_KEY: known})
            objname = objprim[NAME_KEY]
            manifest = ovoo_base.obj_tree_get_versions(objname)
            if objname not in manifest:
                raise
            return self.conductor.object_backport_versions(context, objprim, manifest)

    @staticmethod
    def _process_iterable(
        context: "RequestContext | None", action: Callable[..., Any], values: Any
    ) -> Any:
        if isinstance(values, dict):
            return {
                key: value if type(value) in _SIMPLE else action(context, value)
                for key, value in values.items()
            }
        kind = list if isinstance(values, set) else type(values)
        return kind(
            value if type(value) in _SIMPLE else action(context, value)
            for value in values
        )
