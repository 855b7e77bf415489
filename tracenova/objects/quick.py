"""Fields read, compared and copied without detours.

A boot reads some fifteen thousand fields of objects. What the library does for each is
right for every use; here the same answers come from the object's own ``__dict__``.

Nova: has no such file; its objects take oslo.versionedobjects as it is
"""

import copy
import datetime
from typing import Any, Final

from oslo_versionedobjects import base as ovoo_base
from oslo_versionedobjects import fields as ovoo_fields

_PREFIX: Final = "_obj_"
_IMMUTABLE: Final = frozenset((type(None), bool, int, float, str, datetime.datetime))

_CHECKED: Final[dict[type, type]] = {
    ovoo_fields.CoercedDict: dict,
    ovoo_fields.CoercedList: list,
    ovoo_fields.CoercedSet: set,
}


class QuickObject(ovoo_base.VersionedObject):
    """A versioned object whose fields are where it expects them."""

    def obj_attr_is_set(self, attrname: str) -> bool:
        """Say whether the field has a value (asked very often, so asked briefly)."""
        if attrname in self.fields:
            return _PREFIX + attrname in self.__dict__
        known: bool = super().obj_attr_is_set(attrname)
        return known

    def obj_what_changed(self) -> set[str]:
        """Return the fields that were changed, or that hold an object that was."""
        changes = {name for name in self._changed_fields if name in self.fields}
        for key, value in self.__dict__.items():
            if (
                isinstance(value, ovoo_base.VersionedObject)
                and key.startswith(_PREFIX)
                and key[len(_PREFIX) :] in self.fields
                and value.obj_what_changed()
            ):
                changes.add(key[len(_PREFIX) :])
        return changes

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """Return a copy; what cannot change is shared."""
        twin = type(self)()
        memo[id(self)] = twin
        twin._context = self._context
        for name in self.fields:
            key = _PREFIX + name
            if key not in self.__dict__:
                continue
            value = self.__dict__[key]
            if type(value) in _IMMUTABLE:
                twin.__dict__[key] = value
            else:
                setattr(twin, name, copy.deepcopy(_plain(value), memo))
        twin._changed_fields = set(self._changed_fields)
        return twin


def _plain(value: Any) -> Any:
    """Return a checked dict, list or set as a simple one; the copy is checked anew."""
    simple = _CHECKED.get(type(value))
    return value if simple is None else simple(value)


def shorten_getters(cls: type[ovoo_base.VersionedObject]) -> None:
    """Let each field of the class be read from the object's ``__dict__``."""
    for name in cls.fields:
        slow = getattr(cls, name)
        if isinstance(slow, property):
            setattr(cls, name, property(_getter(name), slow.fset, slow.fdel))


def _getter(name: str) -> Any:
    key = _PREFIX + name

    def getter(self: Any) -> Any:
        try:
            return self.__dict__[key]
        except KeyError:
            self.obj_load_attr(name)
            return getattr(self, key)

    return getter
