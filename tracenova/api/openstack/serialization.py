"""From JSON to Python and back, and the answer object between controller and wire.

Part of Nova's wsgi.py (see :mod:`tracenova.api.openstack.wsgi`).
"""

from collections.abc import Mapping
from typing import Any

import webob
from oslo_serialization import jsonutils

from tracenova import exception


class JSONDeserializer:
    """Reads the body of a request.

    Nova: nova/api/openstack/wsgi.py JSONDeserializer
    """

    def deserialize(self, datastring: bytes) -> dict[str, Any]:
        """Return ``{"body": what the JSON says}``.

        Raises:
            exception.MalformedRequestBody: this is no JSON.
        """
        return {"body": _from_json(datastring)}


class JSONDictSerializer:
    """Writes the body of an answer.

    Nova: nova/api/openstack/wsgi.py JSONDictSerializer
    """

    def serialize(self, data: Any) -> str:
        """Return the data as JSON; times become ISO texts."""
        text: str = jsonutils.dumps(data)
        return text


def _from_json(datastring: bytes) -> Any:
    try:
        return jsonutils.loads(datastring)
    except (ValueError, RecursionError) as error:
        raise exception.MalformedRequestBody(reason="cannot understand JSON") from error


def action_peek(body: bytes) -> str:
    """Return the one key of an action's body, which names the action.

    Raises:
        exception.MalformedRequestBody: no JSON object, or not exactly one key.

    Nova: nova/api/openstack/wsgi.py action_peek
    """
    decoded = _from_json(body)
    if not isinstance(decoded, dict) or len(decoded) != 1:
        raise exception.MalformedRequestBody(reason="too many body keys")
    return str(next(iter(decoded)))


class ResponseObject:
    """An answer that extensions may still add to.

    Nova: nova/api/openstack/wsgi.py ResponseObject
    """

    def __init__(
        self,
        obj: dict[str, Any] | None,
        code: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.obj = obj
        self.default_code = 200
        self._code = code
        self._headers = {key.lower(): value for key, value in (headers or {}).items()}

    def __getitem__(self, key: str) -> str:
        return self._headers[key.lower()]

    def __setitem__(self, key: str, value: str) -> None:
        self._headers[key.lower()] = value

    def __delitem__(self, key: str) -> None:
        del self._headers[key.lower()]

    @property
    def code(self) -> int:
        """Return the status: its own, else the method's ``@wsgi.response``, else 200."""
        return self._code or self.default_code

    @property
    def headers(self) -> dict[str, str]:
        """Return a copy of the headers."""
        return dict(self._headers)

    def serialize(self, content_type: str) -> webob.Response:
        """Return the answer for the wire."""
        body = None
        if self.obj is not None:
            body = JSONDictSerializer().serialize(self.obj).encode()
        response = webob.Response(body=body)
        response.status_int = self.code
        for header, value in self._headers.items():
            response.headers[header] = value
        response.headers["Content-Type"] = content_type
        return response
