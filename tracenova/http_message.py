"""What a service asks another over HTTP, and what that one answers.

httpx's own requests and responses do much more, and cost a quarter of a millisecond.

Nova: has no such file; it takes requests' Response, which reads the same
"""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx

split = functools.lru_cache(urlsplit)


@dataclass(slots=True, frozen=True)
class Request:
    """One request.

    Attributes:
        method: in capital letters.
        base_url: ``http://host:port``, perhaps with a path.
        target: what is appended to it: path and query, quoted.
        headers: without Host and Content-Length.
        content: the body; empty: none.
    """

    method: str
    base_url: str
    target: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def base(self) -> SplitResult:
        """Return the parts of the base URL."""
        return split(self.base_url)

    @property
    def url(self) -> str:
        """Return the whole URL."""
        return self.base_url + self.target

    def to_httpx(self) -> httpx.Request:
        """Return the same request for httpx."""
        return httpx.Request(
            self.method,
            self.url,
            headers=dict(self.headers),
            content=self.content or None,
        )


class Headers(dict[str, str]):
    """Header fields by their names in small letters; asked for in any."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in fields:
            key = name.lower()
            before = super().get(key)
            self[key] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field's value; of several, all of them, with commas."""
        return super().get(name.lower(), default)


@dataclass(slots=True, frozen=True)
class Response:
    """One answer, whole.

    Attributes:
        status_code: 200, 404 …
        headers: its fields.
        content: the body; empty if it was streamed elsewhere.
    """

    status_code: int
    headers: Headers
    content: bytes

    @property
    def is_success(self) -> bool:
        """Say whether the status is 2xx."""
        return 200 <= self.status_code <= 299

    @property
    def is_error(self) -> bool:
        """Say whether the status is 4xx or 5xx."""
        return 400 <= self.status_code <= 599

    @property
    def text(self) -> str:
        """Return the body as text; bytes that are no UTF-8 are replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body's document.

        Raises:
            ValueError: it is no JSON.
        """
        return json.loads(self.content)
