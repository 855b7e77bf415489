"""How cinder is asked, and what its refusals mean.

Nova: nova/volume/cinder.py [cinderclient, translate_*_exception] (python-cinderclient is
behind them there)
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from tracenova import exception, http
from tracenova.conf import CONF
from tracenova.http_message import Response

F = TypeVar("F", bound=Callable[..., Any])


class CinderRefused(Exception):
    """Cinder answered with an error that has no meaning of its own for Nova.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _NotFound(CinderRefused):
    """There is no such volume or snapshot."""


def _translate(not_found: Callable[[str], exception.NovaException]) -> Callable[[F], F]:
    """Give cinder's refusals Nova's meaning; the second argument is the id."""

    def decorate(method: F) -> F:
        @functools.wraps(method)
        def wrapper(self: Any, context: Any, id: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return method(self, context, id, *args, **kwargs)
            except _NotFound:
                raise not_found(str(id)) from None
            except exception.NeighbourUnavailable as error:
                raise exception.CinderConnectionFailed(reason=str(error)) from error

        return wrapper  # type: ignore[return-value]  # wraps keeps the signature

    return decorate


translate_volume = _translate(lambda found: exception.VolumeNotFound(volume_id=found))
translate_snapshot = _translate(
    lambda found: exception.SnapshotNotFound(snapshot_id=found)
)


def action(context: Any, volume_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    """Have cinder do something to a volume; return its answer, if it has one."""
    given = {key: value for key, value in arguments.items() if value is not None}
    return call(
        context,
        "POST",
        "/volumes/{volume_id}/action",
        json={name: given or None},
        display=f"/v2/{{project_id}}/volumes/{{volume_id}}/action {name}",
        volume_id=volume_id,
    )


def call(
    context: Any,
    method: str,
    template: str,
    json: Any = None,
    display: str | None = None,
    **path: str,
) -> dict[str, Any]:
    """Send one request below the project's URL; return the answer's document.

    Raises:
        NeighbourUnavailable: cinder does not answer.
        CinderRefused, InvalidInput, Forbidden, OverQuota: it answered with an error.
    """
    root, _found, tail = CONF.cinder.endpoint_template.partition("/v2/")
    below = tail.replace("%(project_id)s", "{project_id}") or "{project_id}"
    client = http.ServiceClient("cinder", root)
    response = client.request(
        method,
        f"/v2/{below}{template}",
        path={"project_id": context.project_id, **path},
        json=json,
        context=context,
        display=display,
    )
    _check(response)
    return dict(response.json()) if response.content else {}


def _check(response: Response) -> None:
    status = response.status_code
    if not response.is_error:
        return
    if status == httpx.codes.NOT_FOUND:
        raise _NotFound(status, response.text)
    if status == httpx.codes.BAD_REQUEST:
        raise exception.InvalidInput(reason=_message(response))
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise exception.Forbidden(_message(response))
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise exception.OverQuota(overs="volumes")
    raise CinderRefused(status, _message(response))


def _message(response: Response) -> str:
    """Return what cinder says of its refusal, as python-cinderclient reads it."""
    try:
        (fault,) = response.json().values()
        said = str(fault["message"])
    except (ValueError, TypeError, KeyError, AttributeError):
        said = response.text
    request_id = response.headers.get("x-compute-request-id")
    return f"{said} (HTTP {response.status_code})" + (
        f" (Request-ID: {request_id})" if request_id else ""
    )
