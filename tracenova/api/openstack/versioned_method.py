"""One of several methods of a controller that answer the same action.

Nova: nova/api/openstack/versioned_method.py
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracenova.api.openstack.api_version_request import APIVersionRequest


@dataclass(frozen=True, slots=True)
class VersionedMethod:
    """A function, and the versions from and to which it answers, both included.

    Attributes:
        name: the action, for example ``create``.
        start_version: the first version.
        end_version: the last version; null: every later one.
        func: the method itself.
    """

    name: str
    start_version: APIVersionRequest
    end_version: APIVersionRequest
    func: Callable[..., Any]


def intersect(methods: list[VersionedMethod]) -> bool:
    """Say whether two of the methods answer the same version.

    Nova: nova/api/openstack/wsgi.py Controller.check_for_versions_intersection
    """
    by_start = sorted(methods, key=lambda method: method.start_version)
    return any(
        earlier.end_version.is_null() or later.start_version <= earlier.end_version
        for earlier, later in itertools.pairwise(by_start)
    )
