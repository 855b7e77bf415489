"""What is done to a volume between Nova and cinder: kept, attached, let go."""

import uuid
from typing import Any

import webob.exc

Volume = dict[str, Any]


def reserve(volume: Volume, _: Any) -> None:
    """Keep the volume for an attachment to come."""
    if volume["status"] != "available":
        raise webob.exc.HTTPBadRequest(f"Invalid volume: status is {volume['status']}.")
    volume["status"] = "attaching"


def unreserve(volume: Volume, _: Any) -> None:
    """Let it go again."""
    if volume["status"] == "attaching":
        volume["status"] = "in-use" if volume["attachments"] else "available"


def terminate_connection(volume: Volume, _: Any) -> None:
    """Take note that a host no longer uses it."""
    return


def attach(volume: Volume, asked: Any) -> None:
    """Take note of the server that has it."""
    volume["attachments"].append(
        {
            "server_id": asked["instance_uuid"],
            "attachment_id": str(uuid.uuid4()),
            "volume_id": volume["id"],
            "device": asked.get("mountpoint"),
            "host_name": None,
        }
    )
    volume["status"] = "in-use"


def begin_detaching(volume: Volume, _: Any) -> None:
    """Keep it for a detachment to come; 400 when nobody has it."""
    if volume["status"] != "in-use" or not volume["attachments"]:
        raise webob.exc.HTTPBadRequest(
            f"Invalid volume: Unable to detach volume. Volume status must be 'in-use' "
            f"and attach_status must be 'attached' to detach. Currently: status: "
            f"'{volume['status']}'."
        )
    volume["status"] = "detaching"


def roll_detaching(volume: Volume, _: Any) -> None:
    """Leave it attached after all."""
    if volume["status"] == "detaching":
        volume["status"] = "in-use"


def set_bootable(volume: Volume, asked: Any) -> None:
    """Say whether a server can boot from it."""
    volume["bootable"] = str(bool(asked["bootable"])).lower()


def detach(volume: Volume, _: Any) -> None:
    """Take note that no server has it any more."""
    volume["attachments"] = []
    volume["status"] = "available"
