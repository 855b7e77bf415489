"""The base of every controller, and the marks that its methods wear.

Part of Nova's wsgi.py (see :mod:`tracenova.api.openstack.wsgi`).
"""

import functools
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from tracenova import exception
from tracenova.api.openstack.api_version_request import APIVersionRequest
from tracenova.api.openstack.versioned_method import VersionedMethod, intersect

F = TypeVar("F", bound=Callable[..., Any])
Method = Callable[..., Any]


def response(code: int) -> Callable[[F], F]:
    """Mark the status of a method's good answers.

    Nova: nova/api/openstack/wsgi.py response
    """
    return _mark("wsgi_code", code)


def action(name: str) -> Callable[[F], F]:
    """Mark a method as the action of this name: the one key of a POST …/action body.

    Nova: nova/api/openstack/wsgi.py action
    """
    return _mark("wsgi_action", name)


def extends(func: F) -> F:
    """Mark a method that adds to the answers of the core method of the same name.

    Nova: nova/api/openstack/wsgi.py extends. Left out: extending an action.
    """
    return _mark("wsgi_extends", True)(func)


def _mark(attribute: str, value: object) -> Callable[[F], F]:
    def decorator(func: F) -> F:
        setattr(func, attribute, value)
        return func

    return decorator


class Controller:
    """Answers the actions of one resource: index, show, create and so on.

    Where Nova writes several methods of the same name, each for a range of versions,
    these wear different names, and ``api_version(..., name="create")`` says which
    action they are for: Python's type checkers allow a name only once.

    Nova: nova/api/openstack/wsgi.py Controller, ControllerMetaclass
    """

    wsgi_actions: ClassVar[dict[str, str]] = {}
    wsgi_extensions: ClassVar[list[str]] = []
    versioned_methods: ClassVar[dict[str, list[VersionedMethod]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Collect the marked methods.

        Raises:
            exception.ApiVersionsIntersect: two methods answer the same version.
        """
        super().__init_subclass__(**kwargs)
        members = vars(cls).items()
        cls.wsgi_actions = dict(cls.wsgi_actions)
        for name, member in members:
            if hasattr(member, "wsgi_action"):
                cls.wsgi_actions[member.wsgi_action] = name
        cls.wsgi_extensions = [n for n, m in members if hasattr(m, "wsgi_extends")]
        cls.versioned_methods = {}
        for _, member in members:
            if hasattr(member, "wsgi_version"):
                cls._add_version(member.wsgi_version)

    @classmethod
    def _add_version(cls, method: VersionedMethod) -> None:
        methods = cls.versioned_methods.setdefault(method.name, [])
        methods.append(method)
        if intersect(methods):
            raise exception.ApiVersionsIntersect(
                name=method.name,
                min_ver=method.start_version,
                max_ver=method.end_version,
            )

    @staticmethod
    def api_version(
        min_ver: str, max_ver: str | None = None, *, name: str | None = None
    ) -> Callable[[F], F]:
        """Mark a method as the answer to a range of versions; the outermost mark.

        Args:
            min_ver: the first version.
            max_ver: the last version; None: every later one.
            name: the action, if the method is named differently.

        Nova: nova/api/openstack/wsgi.py Controller.api_version
        """

        def decorator(func: F) -> F:
            method = VersionedMethod(
                name or func.__name__,
                APIVersionRequest(min_ver),
                APIVersionRequest(max_ver),
                func,
            )
            return _mark("wsgi_version", method)(func)

        return decorator

    def method_for(self, name: str, version: APIVersionRequest) -> Method:
        """Return the method that answers an action in this version.

        If there is one in other versions only, what is returned raises
        VersionNotFoundForAPIMethod: the client sees 404.

        Raises:
            AttributeError: there is no such action.

        Nova: nova/api/openstack/wsgi.py Controller.__getattribute__
        """
        methods = self.versioned_methods.get(name)
        if methods is None:
            method: Method = getattr(self, name)
            return method
        for candidate in methods:
            if version.matches(candidate.start_version, candidate.end_version):
                return functools.partial(candidate.func, self)
        return functools.partial(_not_in_this_version, version)


def _not_in_this_version(version: APIVersionRequest, **_: Any) -> None:
    raise exception.VersionNotFoundForAPIMethod(version=version)
