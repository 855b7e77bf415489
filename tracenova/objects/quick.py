"""Fields read, written, compared, copied and sent without detours.

A boot reads some fifteen thousand fields of objects, writes six thousand and sends two
thousand. What the library does for each is right for every use; here the same answers
come from the object's own ``__dict__``, and a value that is of its field's type already
is not converted to it.

Nova: has no such file; its objects take oslo.versionedobjects as it is
"""

import copy
import datetime
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from oslo_versionedobjects import base as ovoo_base
from oslo_versionedobjects import exception as ovoo_exception
from oslo_versionedobjects import fields as ovoo_fields

from tracenova.objects import fields as nova_fields

_PREFIX: Final = "_obj_"
_IMMUTABLE: Final = frozenset((type(None), bool, int, float, str, datetime.datetime))

_AS_IT_IS: Final[dict[type, type]] = {
    ovoo_fields.Boolean: bool,
    ovoo_fields.Float: float,
    ovoo_fields.Integer: int,
    ovoo_fields.String: str,
    nova_fields.UUID: str,
}
"""Types of fields that take such a value as it is, and send it as it is."""

_TEXTS: Final = frozenset((ovoo_fields.String, nova_fields.UUID))
"""Types that take text as it is."""

_HOLDING: Final = frozenset((ovoo_fields.Object, type(None)))

_NOT_EQUAL: Final = object()
"""What stands for an object when values are compared."""

_CHECKED: Final[dict[type, type]] = {
    ovoo_fields.CoercedDict: dict,
    ovoo_fields.CoercedList: list,
    ovoo_fields.CoercedSet: set,
}

_FILL: Final[dict[type, Callable[[Any, Any], None]]] = {
    dict: dict.update,
    list: list.extend,
    set: set.update,
}
"""What puts into a checked dict, list or set without checking."""


Reader = Callable[[Any, str, Any], Any]


class QuickObject(ovoo_base.VersionedObject):
    """A versioned object whose fields are where it expects them.

    Attributes:
        _simple: the names of fields that hold a simple value, with its type.
        _holders: the names of fields that may hold another object.
        _nullable: the names of fields that may hold None.
        _places: of each field its name, its key in ``__dict__`` and the field.
        _readers: of fields that can do so, what makes a value from what was sent, of
            the right type at once.
        _keys: the keys of what is sent: name, namespace, version, data, changes.
        _exact: classes by name and version, those that were asked for.
    """

    _simple: ClassVar[dict[str, type]] = {}
    _holders: ClassVar[list[str]] = []
    _nullable: ClassVar[frozenset[str]] = frozenset()
    _places: ClassVar[list[tuple[str, str, Any]]] = []
    _readers: ClassVar[dict[str, Reader]] = {}
    _keys: ClassVar[tuple[str, ...]]
    _exact: ClassVar[dict[tuple[str, str], type["QuickObject"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Note how the keys of what is sent begin."""
        super().__init_subclass__(**kwargs)
        told = ("name", "namespace", "version", "data", "changes")
        cls._keys = tuple(map(cls._obj_primitive_key, told))

    def obj_attr_is_set(self, attrname: str) -> bool:
        """Say whether the field has a value (asked very often, so asked briefly)."""
        if attrname in self.fields:
            return _PREFIX + attrname in self.__dict__
        known: bool = super().obj_attr_is_set(attrname)
        return known

    def obj_what_changed(self) -> set[str]:
        """Return the fields that were changed, or that hold an object that was."""
        changes = {name for name in self._changed_fields if name in self.fields}
        for name in self._holders:
            value = self.__dict__.get(_PREFIX + name)
            if (
                isinstance(value, ovoo_base.VersionedObject)
                and value.obj_what_changed()
            ):
                changes.add(name)
        return changes

    def obj_to_primitive(
        self,
        target_version: str | None = None,
        version_manifest: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the object as what a message can hold."""
        if version_manifest or target_version not in (None, self.VERSION):
            older: dict[str, Any] = super().obj_to_primitive(
                target_version, version_manifest
            )
            return older
        data = {}
        own, simple = self.__dict__, self._simple
        for name, key, field in self._places:
            if key in own:
                value = own[key]
                as_it_is = value is None or name in simple
                data[name] = (
                    value if as_it_is else field.to_primitive(self, name, value)
                )
        named, namespace, version, held, changed = self._keys
        primitive = {
            named: self.obj_name(),
            namespace: self.OBJ_PROJECT_NAMESPACE,
            version: self.VERSION,
            held: data,
        }
        if changes := [name for name in self.obj_what_changed() if name in data]:
            primitive[changed] = changes
        return primitive

    @classmethod
    def obj_from_primitive(
        cls, primitive: Mapping[str, Any], context: Any = None
    ) -> Any:
        """Return the object that a message holds.

        Raises:
            UnsupportedObjectError: no object of this project, or an unknown one.
            IncompatibleObjectVersion: of a version that is too new.
        """
        named, namespace, version_key, *_ = cls._keys
        name, version = primitive[named], primitive[version_key]
        if primitive[namespace] != cls.OBJ_PROJECT_NAMESPACE:
            told = f"{primitive[namespace]}.{name}"
            raise ovoo_exception.UnsupportedObjectError(objtype=told)
        kind = cls._exact.get((name, version))
        if kind is None:
            kind = cls.obj_class_from_name(name, version)
            if version == kind.VERSION:
                cls._exact[name, version] = kind
        return kind._obj_from_primitive(context, version, primitive)

    @classmethod
    def _obj_from_primitive(
        cls, context: Any, objver: str, primitive: Mapping[str, Any]
    ) -> Any:
        self = cls()
        self._context = context
        self.VERSION = objver
        own, simple, nullable = self.__dict__, self._simple, self._nullable
        fields, readers = self.fields, self._readers
        *_, data_key, changes_key = cls._keys
        for name, value in primitive[data_key].items():
            if name not in fields:
                continue
            if value is None and name in nullable:
                own[_PREFIX + name] = None
            elif type(value) is simple.get(name):
                own[_PREFIX + name] = value
            elif name in readers and value is not None:
                own[_PREFIX + name] = readers[name](self, name, value)
            else:
                setattr(self, name, fields[name].from_primitive(self, name, value))
        changes = primitive.get(changes_key, ())
        self._changed_fields = {name for name in changes if name in fields}
        return self

    def obj_take(self, values: Mapping[str, Any], names: Iterable[str]) -> None:
        """Set these fields to what a row has; which of them changed is not noted."""
        own, simple, nullable = self.__dict__, self._simple, self._nullable
        for name in names:
            value = values[name]
            if type(value) is simple.get(name) or (value is None and name in nullable):
                own[_PREFIX + name] = value
            else:
                own[_PREFIX + name] = self.fields[name].coerce(self, name, value)

    def obj_remembered(self) -> dict[str, Any]:
        """Return the fields as they are now, for :meth:`obj_differences` later on.

        An object within this one will count as changed in any case, as in Nova: it
        compares with a copy, and no object is equal to its copy.
        """
        memo: dict[int, Any] = {}
        return {
            key: value if type(value) in _IMMUTABLE else _remembered(value, memo)
            for key, value in self.__dict__.items()
            if key.startswith(_PREFIX)
        }

    def obj_differences(self, before: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield name and value of each field that has another value than remembered."""
        own, others = self.__dict__, before
        for name, key, _ in self._places:
            if key in own and (key not in others or others[key] != own[key]):
                yield name, own[key]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """Return a copy; what cannot change is shared."""
        twin = type(self)()
        memo[id(self)] = twin
        twin._context = self._context
        own, others = self.__dict__, twin.__dict__
        for name, key, _ in self._places:
            if key not in own:
                continue
            value = own[key]
            if type(value) in _IMMUTABLE:
                others[key] = value
            elif isinstance(value, QuickObject):
                others[key] = _twin_of(value, memo)
            elif type(value) in _CHECKED:
                _copy_checked(value, memo, twin, name)
            else:
                setattr(twin, name, copy.deepcopy(value, memo))
        twin._changed_fields = set(self._changed_fields)
        return twin


def _remembered(value: Any, memo: dict[int, Any]) -> Any:
    """Return what is equal to the value as long as that stays as it is."""
    if isinstance(value, ovoo_base.VersionedObject):
        return _NOT_EQUAL
    plain_type = _CHECKED.get(type(value))
    if plain_type is None:
        return copy.deepcopy(value, memo)
    held = value.values() if plain_type is dict else value
    if all(type(each) in _IMMUTABLE for each in held):
        return plain_type(value)
    if plain_type is list and all(isinstance(each, QuickObject) for each in held):
        return [_NOT_EQUAL for _ in held]
    return copy.deepcopy(plain_type(value), memo)


def _twin_of(value: QuickObject, memo: dict[int, Any]) -> Any:
    known = memo.get(id(value))
    return value.__deepcopy__(memo) if known is None else known


def _copy_checked(value: Any, memo: dict[int, Any], twin: Any, name: str) -> None:
    """Give the twin a copy of a checked dict, list or set.

    What it holds was checked when it got in, and is not checked anew: unless it holds
    something that is checked itself.
    """
    plain_type = _CHECKED[type(value)]
    held = value.values() if plain_type is dict else value
    if all(type(each) in _IMMUTABLE for each in held):
        copied = plain_type(value)
    elif plain_type is list and all(isinstance(each, QuickObject) for each in held):
        copied = [_twin_of(each, memo) for each in held]
    else:
        setattr(twin, name, copy.deepcopy(plain_type(value), memo))
        return
    checked = type(value)()
    _FILL[plain_type](checked, copied)
    checked.enable_coercing(value._element_type, twin, name)
    twin.__dict__[_PREFIX + name] = checked


def shorten_access(cls: type[QuickObject]) -> None:
    """Let each field of the class be read from and written to the object's ``__dict__``."""
    kinds = {n: type(getattr(f, "AUTO_TYPE", None)) for n, f in cls.fields.items()}
    cls._simple = {n: _AS_IT_IS[kind] for n, kind in kinds.items() if kind in _AS_IT_IS}
    cls._holders = [n for n, kind in kinds.items() if kind in _HOLDING]
    cls._nullable = frozenset(n for n, f in cls.fields.items() if f.nullable)
    readers = {name: _reader(field) for name, field in cls.fields.items()}
    cls._readers = {name: read for name, read in readers.items() if read is not None}
    QuickObject._exact.clear()
    cls._places = [(n, _PREFIX + n, f) for n, f in cls.fields.items()]
    for name, field in cls.fields.items():
        slow = getattr(cls, name)
        if isinstance(slow, property):
            setter = slow.fset if field.read_only else _setter(name, field, cls._simple)
            setattr(cls, name, property(_getter(name), setter, slow.fdel))


def empty_list(obj: Any, name: str) -> None:
    """Set a field to an empty list that checks what is put into it."""
    made = _checking(ovoo_fields.CoercedList(), obj.fields[name], obj, name)
    obj.__dict__[_PREFIX + name] = made


def _reader(field: Any) -> Reader | None:
    """Return what makes the field's value, checked, from what was sent: if all do."""
    kind: Any = getattr(field, "AUTO_TYPE", None)
    if field.read_only:
        return None
    if type(kind) is nova_fields.DateTime:
        read: Reader = kind.from_primitive
        return read
    if type(kind) is ovoo_fields.Object:
        return functools.partial(_read_object, field, kind._obj_name)
    if type(kind) is ovoo_fields.List:
        inner = kind._element_type
        if type(inner._type) is ovoo_fields.Object and not inner.nullable:
            return functools.partial(_read_objects, field, inner)
    if type(kind) is ovoo_fields.Dict:
        inner = kind._element_type
        if type(inner._type) in _TEXTS:
            taken: set[type] = {str, type(None)} if inner.nullable else {str}
            return functools.partial(_read_texts, field, taken)
    return None


def _read_object(field: Any, expected: str, obj: Any, name: str, sent: Any) -> Any:
    made = sent if isinstance(sent, ovoo_base.VersionedObject) else None
    if made is None:
        made = obj.obj_from_primitive(sent, obj._context)
    return made if made.obj_name() == expected else field.coerce(obj, name, made)


def _read_objects(field: Any, inner: Any, obj: Any, name: str, sent: Any) -> Any:
    made = ovoo_fields.CoercedList()
    kind = inner._type
    read = [_read_object(inner, kind._obj_name, obj, name, each) for each in sent]
    _FILL[list](made, read)
    return _checking(made, field, obj, name)


def _read_texts(
    field: Any, taken: set[type], obj: Any, name: str, sent: Mapping[str, Any]
) -> Any:
    if not taken.issuperset(map(type, sent.values())):
        return field.coerce(obj, name, field.from_primitive(obj, name, sent))
    made = ovoo_fields.CoercedDict()
    _FILL[dict](made, sent)
    return _checking(made, field, obj, name)


def _checking(made: Any, field: Any, obj: Any, name: str) -> Any:
    made.enable_coercing(field.AUTO_TYPE._element_type, obj, name)
    return made


def _getter(name: str) -> Any:
    key = _PREFIX + name

    def getter(self: Any) -> Any:
        try:
            return self.__dict__[key]
        except KeyError:
            self.obj_load_attr(name)
            return getattr(self, key)

    return getter


def _setter(name: str, field: Any, simple: dict[str, type]) -> Any:
    key = _PREFIX + name
    kind = simple.get(name)
    nullable = field.nullable

    def setter(self: Any, value: Any) -> None:
        known = type(value) is kind or (value is None and nullable)
        self.__dict__[key] = value if known else field.coerce(self, name, value)
        self._changed_fields.add(name)

    return setter
