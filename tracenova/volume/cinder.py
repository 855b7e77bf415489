"""Cinder's v2 API, as far as a boot with volumes needs it.

Nova: nova/volume/cinder.py. Left out: the v1 API, snapshots beyond reading, encryption
and migration of volumes.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from oslo_utils import strutils

from tracenova import exception, http
from tracenova.conf import CONF

LOG = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])
Volume = dict[str, Any]


class CinderRefused(Exception):
    """Cinder answered with an error that has no meaning of its own for Nova.

    Attributes:
        status: HTTP status.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text}")
        self.status = status


class _NotFound(CinderRefused):
    """There is no such volume or snapshot."""


def _translate(not_found: Callable[[str], exception.NovaException]) -> Callable[[F], F]:
    """Give cinder's refusals Nova's meaning; the second argument is the id."""

    def decorate(method: F) -> F:
        @functools.wraps(method)
        def wrapper(
            self: "API", context: Any, id: Any, *args: Any, **kwargs: Any
        ) -> Any:
            try:
                return method(self, context, id, *args, **kwargs)
            except _NotFound:
                raise not_found(str(id)) from None
            except exception.NeighbourUnavailable as error:
                raise exception.CinderConnectionFailed(reason=str(error)) from error

        return wrapper  # type: ignore[return-value]  # wraps keeps the signature

    return decorate


_translate_volume = _translate(lambda found: exception.VolumeNotFound(volume_id=found))
_translate_snapshot = _translate(
    lambda found: exception.SnapshotNotFound(snapshot_id=found)
)


class API:
    """Reads and connects volumes as the request's user.

    Nova: nova/volume/cinder.py API
    """

    @_translate_volume
    def get(self, context: Any, volume_id: str) -> Volume:
        """Return one volume in Nova's shape.

        Raises:
            VolumeNotFound: cinder does not know it.
            CinderConnectionFailed: cinder does not answer.
        """
        body = _call(context, "GET", "/volumes/{volume_id}", volume_id=volume_id)
        return _volume(body["volume"])

    def check_attach(self, context: Any, volume: Volume, instance: Any = None) -> None:
        """Refuse a volume that cannot be attached now.

        Raises:
            InvalidVolume: not available, attached already, or of another zone.
        """
        volume_id, status = volume["id"], volume["status"]
        if status != "available":
            reason = f"volume '{volume_id}' status must be 'available'. Currently in '{status}'"
            raise exception.InvalidVolume(reason=reason)
        if volume["attach_status"] == "attached":
            raise exception.InvalidVolume(reason=f"volume {volume_id} already attached")
        self.check_availability_zone(context, volume, instance)

    def check_availability_zone(
        self, context: Any, volume: Volume, instance: Any = None
    ) -> None:
        """Refuse a volume of another zone, where zones matter."""
        if instance is None or CONF.cinder.cross_az_attach:
            return
        from tracenova import availability_zones as az

        zone = az.get_instance_availability_zone(context, instance)
        if zone != volume["availability_zone"]:
            reason = (
                f"Instance {instance.uuid} and volume {volume['id']} are not in the same "
                f"availability_zone. Instance is in {zone}. Volume is in "
                f"{volume['availability_zone']}"
            )
            raise exception.InvalidVolume(reason=reason)

    @_translate_volume
    def reserve_volume(self, context: Any, volume_id: str) -> None:
        """Keep the volume for an attachment to come."""
        _action(context, volume_id, "os-reserve")

    @_translate_volume
    def unreserve_volume(self, context: Any, volume_id: str) -> None:
        """Let the volume go again."""
        _action(context, volume_id, "os-unreserve")

    @_translate_volume
    def initialize_connection(
        self, context: Any, volume_id: str, connector: dict[str, Any]
    ) -> dict[str, Any]:
        """Return how the host reaches the volume; on failure undo what was begun."""
        try:
            info: dict[str, Any] = _action(
                context, volume_id, "os-initialize_connection", connector=connector
            )["connection_info"]
        except CinderRefused:
            LOG.error("Initialize connection failed for volume %s", volume_id)
            self.terminate_connection(context, volume_id, connector)
            raise
        info["connector"] = connector
        return info

    @_translate_volume
    def terminate_connection(
        self, context: Any, volume_id: str, connector: dict[str, Any]
    ) -> None:
        """Say that the host no longer uses the volume."""
        _action(context, volume_id, "os-terminate_connection", connector=connector)

    @_translate_volume
    def attach(
        self,
        context: Any,
        volume_id: str,
        instance_uuid: str,
        mountpoint: str,
        mode: str = "rw",
    ) -> None:
        """Say which server has the volume, and where."""
        _action(
            context,
            volume_id,
            "os-attach",
            instance_uuid=instance_uuid,
            mountpoint=mountpoint,
            mode=mode,
        )

    @_translate_volume
    def detach(
        self,
        context: Any,
        volume_id: str,
        instance_uuid: str | None = None,
        attachment_id: str | None = None,
    ) -> None:
        """Say that the server no longer has the volume."""
        _action(context, volume_id, "os-detach", attachment_id=attachment_id)

    def create(
        self,
        context: Any,
        size: int,
        name: str,
        description: str,
        snapshot: Volume | None = None,
        image_id: str | None = None,
        volume_type: str | None = None,
        metadata: dict[str, str] | None = None,
        availability_zone: str | None = None,
    ) -> Volume:
        """Have a volume made, empty or from a snapshot or image, and return it.

        Raises:
            OverQuota: the project has as many volumes as it may have.
            CinderConnectionFailed: cinder does not answer.
        """
        wanted = {
            "size": size,
            "name": name,
            "description": description,
            "snapshot_id": snapshot["id"] if snapshot else None,
            "imageRef": image_id,
            "volume_type": volume_type,
            "metadata": metadata or {},
            "availability_zone": availability_zone,
        }
        try:
            body = _call(context, "POST", "/volumes", json={"volume": wanted})
        except exception.NeighbourUnavailable as error:
            raise exception.CinderConnectionFailed(reason=str(error)) from error
        return _volume(body["volume"])

    @_translate_volume
    def delete(self, context: Any, volume_id: str) -> None:
        """Delete a volume."""
        _call(context, "DELETE", "/volumes/{volume_id}", volume_id=volume_id)

    @_translate_snapshot
    def get_snapshot(self, context: Any, snapshot_id: str) -> dict[str, Any]:
        """Return one snapshot.

        Raises:
            SnapshotNotFound: cinder does not know it.
        """
        found = _call(
            context, "GET", "/snapshots/{snapshot_id}", snapshot_id=snapshot_id
        )["snapshot"]
        names = ("id", "status", "size", "created_at", "volume_id")
        return {
            **{name: found.get(name) for name in names},
            "display_name": found.get("name"),
            "display_description": found.get("description"),
            "progress": found.get("os-extended-snapshot-attributes:progress"),
            "project_id": found.get("os-extended-snapshot-attributes:project_id"),
            "volume_size": found.get("size"),
        }


def _action(
    context: Any, volume_id: str, name: str, **arguments: Any
) -> dict[str, Any]:
    given = {key: value for key, value in arguments.items() if value is not None}
    return _call(
        context,
        "POST",
        "/volumes/{volume_id}/action",
        json={name: given or None},
        display=f"/v2/{{project_id}}/volumes/{{volume_id}}/action {name}",
        volume_id=volume_id,
    )


def _call(
    context: Any,
    method: str,
    template: str,
    json: Any = None,
    display: str | None = None,
    **path: str,
) -> dict[str, Any]:
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


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if not response.is_error:
        return
    if status == httpx.codes.NOT_FOUND:
        raise _NotFound(status, response.text)
    if status == httpx.codes.BAD_REQUEST:
        raise exception.InvalidInput(reason=response.text)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise exception.Forbidden(response.text)
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise exception.OverQuota(overs="volumes")
    raise CinderRefused(status, response.text)


def _volume(found: dict[str, Any]) -> Volume:
    """Return cinder's volume as Nova has it."""
    attachments = {
        each["server_id"]: {
            "attachment_id": each.get("attachment_id"),
            "mountpoint": each.get("device"),
        }
        for each in found.get("attachments") or []
    }
    names = ("id", "status", "size", "availability_zone", "created_at", "snapshot_id")
    volume: Volume = {
        **{name: found.get(name) for name in names},
        "attach_time": "",
        "mountpoint": "",
        "multiattach": found.get("multiattach", False),
        "attach_status": "attached" if attachments else "detached",
        "display_name": found.get("name"),
        "display_description": found.get("description"),
        "volume_type_id": found.get("volume_type"),
        "bootable": strutils.bool_from_string(found.get("bootable")),
        "volume_metadata": dict(found.get("metadata") or {}),
    }
    if attachments:
        volume["attachments"] = attachments
    if "volume_image_metadata" in found:
        volume["volume_image_metadata"] = dict(found["volume_image_metadata"])
    return volume
