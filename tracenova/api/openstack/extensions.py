"""What a plug-in of the API declares, and what its methods may raise.

Nova: nova/api/openstack/extensions.py. Left out: the v2 extension manager; plug-ins
stand in a table (tracenova/api/openstack/compute/__init__.py) instead of stevedore
entry points, so that their order can be read.
"""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar, cast

import webob.exc

from tracenova import exception
from tracenova.api.openstack.controller import Controller

LOG = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ResourceExtension:
    """A collection in the URL space and the controller that answers it.

    Attributes:
        collection: last part of the collection's URL, ``os-aggregates``.
        controller: answers it.
        member_name: name of one member; the collection's own by default.
        parent: ``member_name`` and ``collection_name`` of the resource it lives under.
        collection_actions: further URLs below the collection, with their HTTP method.
        member_actions: further URLs below a member.
        custom_routes_fn: adds routes of its own to the mapper.

    Nova: nova/api/openstack/extensions.py ResourceExtension
    """

    collection: str
    controller: Controller
    member_name: str | None = None
    parent: dict[str, str] | None = None
    collection_actions: dict[str, str] = field(default_factory=dict)
    member_actions: dict[str, str] = field(default_factory=dict)
    custom_routes_fn: Callable[[Any, Any], None] | None = None


@dataclass(frozen=True, slots=True)
class ControllerExtension:
    """A controller that adds to the answers and actions of another's collection.

    Nova: nova/api/openstack/extensions.py ControllerExtension
    """

    collection: str
    controller: Controller


class V21APIExtensionBase:
    """One plug-in of the API: new resources, additions to others, or both.

    Nova: nova/api/openstack/extensions.py V21APIExtensionBase
    """

    name: ClassVar[str]
    alias: ClassVar[str]
    version: ClassVar[int] = 1

    def get_resources(self) -> list[ResourceExtension]:
        """Return the collections that this plug-in adds."""
        return []

    def get_controller_extensions(self) -> list[ControllerExtension]:
        """Return the additions to other plug-ins' collections."""
        return []


def expected_errors(errors: int | tuple[int, ...]) -> Callable[[F], F]:
    """Say which HTTP errors a method may answer with; everything else becomes 500.

    Forbidden, ValidationError and Unauthorized may always pass. A change of a server
    that is in no cell yet is a conflict.

    Nova: nova/api/openstack/extensions.py expected_errors
    """
    expected = (errors,) if isinstance(errors, int) else errors

    def decorator(func: F) -> F:
        @functools.wraps(func)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            try:
                return func(*args, **kwargs)
            except (
                exception.Forbidden,
                exception.ValidationError,
                exception.Unauthorized,
            ):
                raise
            except exception.OrphanedObjectError as error:
                # what a build request knows of a server cannot be saved: in Newton
                # this is one more unexpected exception, and the answer is 500
                raise webob.exc.HTTPConflict(
                    explanation="The instance has not been scheduled to a cell."
                ) from error
            except Exception as error:
                if getattr(error, "code", None) in expected and isinstance(
                    error, webob.exc.WSGIHTTPException
                ):
                    raise
                LOG.exception("Unexpected exception in API method")
                raise _unexpected(error) from error

        return cast("F", wrapped)

    return decorator


def _unexpected(error: Exception) -> webob.exc.HTTPInternalServerError:
    return webob.exc.HTTPInternalServerError(
        explanation="Unexpected API Error. Please report this at "
        "http://bugs.launchpad.net/nova/ and attach the Nova API log if possible.\n"
        f"{type(error)}"
    )
