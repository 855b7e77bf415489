"""Microversions: which dialect of the API a request speaks.

Nova: nova/api/openstack/api_version_request.py. Left out: its history of versions
(nova/api/openstack/rest_api_version_history.rst).
"""

import re
from functools import total_ordering
from typing import Any

from tracenova import exception

_MIN_API_VERSION = "2.1"
_MAX_API_VERSION = "2.38"
DEFAULT_API_VERSION = _MIN_API_VERSION

MAX_PROXY_API_SUPPORT_VERSION = "2.35"
MIN_WITHOUT_PROXY_API_SUPPORT_VERSION = "2.36"

_FORM = re.compile(r"([1-9][0-9]*)\.([1-9][0-9]*|0)", re.ASCII)


@total_ordering
class APIVersionRequest:
    """A version ``X.Y``; without a text it is null, which means "no limit".

    Raises:
        exception.InvalidAPIVersionString: the text is no such version.

    Nova: nova/api/openstack/api_version_request.py APIVersionRequest
    """

    def __init__(self, version_string: str | None = None) -> None:
        self.ver_major = 0
        self.ver_minor = 0
        if version_string is not None:
            match = _FORM.fullmatch(version_string)
            if match is None:
                raise exception.InvalidAPIVersionString(version=version_string)
            self.ver_major, self.ver_minor = int(match[1]), int(match[2])

    def _key(self) -> tuple[int, int]:
        return self.ver_major, self.ver_minor

    def __str__(self) -> str:
        return f"API Version Request Major: {self.ver_major}, Minor: {self.ver_minor}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, APIVersionRequest):
            return NotImplemented
        return self._key() == other._key()

    def __lt__(self, other: "APIVersionRequest") -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def is_null(self) -> bool:
        """Say whether this is no version at all."""
        return self._key() == (0, 0)

    def matches(
        self, min_version: "APIVersionRequest", max_version: "APIVersionRequest"
    ) -> bool:
        """Say whether this version lies in the range; a null end is open.

        Raises:
            ValueError: this version is null itself.
        """
        if self.is_null():
            raise ValueError("a null version is in no range")
        low_enough = max_version.is_null() or self <= max_version
        return min_version <= self and low_enough

    def get_string(self) -> str:
        """Return ``X.Y``.

        Raises:
            ValueError: the version is null.
        """
        if self.is_null():
            raise ValueError("a null version has no text")
        return f"{self.ver_major}.{self.ver_minor}"


def min_api_version() -> APIVersionRequest:
    """Return the oldest version that is answered."""
    return APIVersionRequest(_MIN_API_VERSION)


def max_api_version() -> APIVersionRequest:
    """Return the newest version that is answered: Newton's 2.38."""
    return APIVersionRequest(_MAX_API_VERSION)


def is_supported(
    req: Any, min_version: str = _MIN_API_VERSION, max_version: str = _MAX_API_VERSION
) -> bool:
    """Say whether the request speaks a version within the range.

    Nova: nova/api/openstack/api_version_request.py is_supported
    """
    asked: APIVersionRequest = req.api_version_request
    return APIVersionRequest(min_version) <= asked <= APIVersionRequest(max_version)
