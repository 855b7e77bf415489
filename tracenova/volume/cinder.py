"""Cinder's v2 API, as far as a boot with volumes needs it.

Nova: nova/volume/cinder.py (the requests themselves in cinder_http.py). Left out: the v1 API,
encryption and migration of volumes.
"""

import logging
from typing import Any

from oslo_utils import strutils

from tracenova import exception
from tracenova.conf import CONF
from tracenova.volume.cinder_http import (
    CinderRefused,
    action,
    call,
    translate_snapshot,
    translate_volume,
)

LOG = logging.getLogger(__name__)
Volume = dict[str, Any]


class API:
    """Reads and connects volumes as the request's user.

    Nova: nova/volume/cinder.py API
    """

    @translate_volume
    def get(self, context: Any, volume_id: str) -> Volume:
        """Return one volume in Nova's shape.

        Raises:
            VolumeNotFound: cinder does not know it.
            CinderConnectionFailed: cinder does not answer.
        """
        body = call(context, "GET", "/volumes/{volume_id}", volume_id=volume_id)
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

    def check_detach(self, context: Any, volume: Volume, instance: Any = None) -> None:
        """Refuse a volume that cannot be detached now.

        Raises:
            InvalidVolume: nobody has it.
            VolumeUnattached: another server has it.
        """
        volume_id = volume["id"]
        if volume["status"] == "available":
            raise exception.InvalidVolume(reason=f"volume {volume_id} already detached")
        if volume["attach_status"] == "detached":
            reason = "Volume must be attached in order to detach."
            raise exception.InvalidVolume(reason=reason)
        if instance is not None and instance.uuid not in volume["attachments"]:
            raise exception.VolumeUnattached(volume_id=volume_id)

    @translate_volume
    def reserve_volume(self, context: Any, volume_id: str) -> None:
        """Keep the volume for an attachment to come."""
        action(context, volume_id, "os-reserve")

    @translate_volume
    def unreserve_volume(self, context: Any, volume_id: str) -> None:
        """Let the volume go again."""
        action(context, volume_id, "os-unreserve")

    @translate_volume
    def begin_detaching(self, context: Any, volume_id: str) -> None:
        """Say that the volume is about to be detached."""
        action(context, volume_id, "os-begin_detaching")

    @translate_volume
    def roll_detaching(self, context: Any, volume_id: str) -> None:
        """Say that the volume stays attached after all."""
        action(context, volume_id, "os-roll_detaching")

    @translate_volume
    def initialize_connection(
        self, context: Any, volume_id: str, connector: dict[str, Any]
    ) -> dict[str, Any]:
        """Return how the host reaches the volume; on failure undo what was begun."""
        try:
            info: dict[str, Any] = action(
                context, volume_id, "os-initialize_connection", connector=connector
            )["connection_info"]
        except CinderRefused:
            LOG.error("Initialize connection failed for volume %s", volume_id)
            self.terminate_connection(context, volume_id, connector)
            raise
        info["connector"] = connector
        return info

    @translate_volume
    def terminate_connection(
        self, context: Any, volume_id: str, connector: dict[str, Any]
    ) -> None:
        """Say that the host no longer uses the volume."""
        action(context, volume_id, "os-terminate_connection", connector=connector)

    @translate_volume
    def attach(
        self,
        context: Any,
        volume_id: str,
        instance_uuid: str,
        mountpoint: str,
        mode: str = "rw",
    ) -> None:
        """Say which server has the volume, and where."""
        action(
            context,
            volume_id,
            "os-attach",
            instance_uuid=instance_uuid,
            mountpoint=mountpoint,
            mode=mode,
        )

    @translate_volume
    def detach(
        self,
        context: Any,
        volume_id: str,
        instance_uuid: str | None = None,
        attachment_id: str | None = None,
    ) -> None:
        """Say that the server no longer has the volume."""
        action(context, volume_id, "os-detach", attachment_id=attachment_id)

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
            body = call(context, "POST", "/volumes", json={"volume": wanted})
        except exception.NeighbourUnavailable as error:
            raise exception.CinderConnectionFailed(reason=str(error)) from error
        return _volume(body["volume"])

    @translate_volume
    def delete(self, context: Any, volume_id: str) -> None:
        """Delete a volume."""
        call(context, "DELETE", "/volumes/{volume_id}", volume_id=volume_id)

    @translate_volume
    def create_snapshot_force(
        self, context: Any, volume_id: str, name: str, description: str | None
    ) -> dict[str, Any]:
        """Have a volume copied, even one that is in use; return the snapshot."""
        wanted = {
            "volume_id": volume_id,
            "force": True,
            "name": name,
            "description": description,
        }
        body = call(context, "POST", "/snapshots", json={"snapshot": wanted})
        return _snapshot(body["snapshot"])

    @translate_snapshot
    def get_snapshot(self, context: Any, snapshot_id: str) -> dict[str, Any]:
        """Return one snapshot.

        Raises:
            SnapshotNotFound: cinder does not know it.
        """
        found = call(
            context, "GET", "/snapshots/{snapshot_id}", snapshot_id=snapshot_id
        )
        return _snapshot(found["snapshot"])


def _snapshot(found: dict[str, Any]) -> dict[str, Any]:
    """Return cinder's snapshot as Nova has it."""
    names = ("id", "status", "size", "created_at", "volume_id")
    return {
        **{name: found.get(name) for name in names},
        "display_name": found.get("name"),
        "display_description": found.get("description"),
        "progress": found.get("os-extended-snapshot-attributes:progress"),
        "project_id": found.get("os-extended-snapshot-attributes:project_id"),
        "volume_size": found.get("size"),
    }


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
