"""The volume API: create, show, attach, detach, delete."""

import logging
import tempfile
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import webob
import webob.exc

from tracenova import utils
from tracenova.neighbours.cinder.backend import LocalFiles
from tracenova.neighbours.keystone.tokens import TokenStore
from tracenova.neighbours.wsgi import Neighbour, caller, may_touch, route
from tracenova.neighbours.wsgi import body as object_of

LOG = logging.getLogger(__name__)

Volume = dict[str, Any]
ImageSource = Callable[[str], tuple[dict[str, Any], bytes] | None]

_IMAGE_KEYS = (
    *("name", "checksum", "container_format", "disk_format"),
    *("min_disk", "min_ram", "size"),
)


class Cinder(Neighbour):
    """cinder; its volumes are files of this machine. Thread-safe.

    Args:
        tokens: keystone's tokens.
        folder: where the volumes are; default: a temporary folder per process.
        images: gives an image and its data by id; default: there are no images.
            Simplified: a real cinder asks glance over HTTP.
    """

    def __init__(
        self,
        tokens: TokenStore,
        folder: Path | None = None,
        images: ImageSource = lambda _image_id: None,
    ) -> None:
        super().__init__(tokens)
        self.backend = LocalFiles(folder or _temporary_folder())
        self._images = images
        self._volumes: dict[str, Volume] = {}
        self._lock = threading.RLock()
        self._actions: dict[str, Callable[[Volume, Any], dict[str, Any] | None]] = {
            "os-reserve": _reserve,
            "os-unreserve": _unreserve,
            "os-initialize_connection": self._initialize_connection,
            "os-terminate_connection": _terminate_connection,
            "os-attach": _attach,
            "os-begin_detaching": _begin_detaching,
            "os-roll_detaching": _roll_detaching,
            "os-detach": _detach,
        }

    @route("GET", "/v2/{project_id}/volumes")
    def index(self, request: webob.Request, project_id: str) -> dict[str, Any]:
        """List the project's volumes."""
        return {"volumes": self._of(request, project_id)}

    @route("GET", "/v2/{project_id}/volumes/detail")
    def detail(self, request: webob.Request, project_id: str) -> dict[str, Any]:
        """List the project's volumes."""
        return {"volumes": self._of(request, project_id)}

    @route("POST", "/v2/{project_id}/volumes", status=202)
    def create(self, request: webob.Request, project_id: str) -> dict[str, Any]:
        """Create a volume; its file is made while the answer is on its way."""
        given = object_of(request, "volume")
        size = given.get("size")
        if not isinstance(size, int) or size < 1:
            raise webob.exc.HTTPBadRequest(
                "Volume size must be an integer and greater than 0."
            )
        volume = {
            "name": None,
            "description": None,
            "availability_zone": "nova",
            "volume_type": None,
            "metadata": {},
            "multiattach": False,
            "bootable": "true" if given.get("imageRef") else "false",
            "encrypted": False,
            "snapshot_id": None,
            "source_volid": None,
            **{key: value for key, value in given.items() if value is not None},
            "id": str(uuid.uuid4()),
            "status": "creating",
            "attachments": [],
            "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
            "user_id": caller(request).user.id,
            "os-vol-tenant-attr:tenant_id": caller(request).project_id,
        }
        image = self._image_of(given)
        if image is not None:
            volume["volume_image_metadata"] = _image_metadata(image[0])
        with self._lock:
            self._volumes[volume["id"]] = volume
            answer = {"volume": dict(volume)}
        utils.spawn_n(self._make, volume, b"" if image is None else image[1])
        return answer

    def _image_of(self, given: dict[str, Any]) -> tuple[dict[str, Any], bytes] | None:
        image_id = given.get("imageRef")
        if not image_id:
            return None
        found = self._images(str(image_id))
        if found is None:
            raise webob.exc.HTTPBadRequest(f"Image {image_id} could not be found.")
        return found

    def _make(self, volume: Volume, content: bytes) -> None:
        try:
            self.backend.create(volume["id"], volume["size"], content)
        except (OSError, ValueError) as error:
            LOG.error("Volume %s: %s", volume["id"], error)
            status = "error"
        else:
            status = "available"
        with self._lock:
            volume["status"] = status
            if volume["id"] not in self._volumes:  # deleted meanwhile
                self.backend.delete(volume["id"])

    def snapshot(self) -> list[Volume]:
        """Return every volume as it is now: the auditor's own way in."""
        with self._lock:
            return [
                {**volume, "attachments": list(volume["attachments"])}
                for volume in self._volumes.values()
            ]

    def stray_files(self) -> list[Path]:
        """Return files that belong to no volume: the auditor's own way in."""
        with self._lock:
            return self.backend.strays(set(self._volumes))

    @route("GET", "/v2/{project_id}/volumes/{volume_id}")
    def show(
        self, request: webob.Request, project_id: str, volume_id: str
    ) -> dict[str, Any]:
        """Show a volume."""
        return {"volume": dict(self._get(request, volume_id))}

    @route("DELETE", "/v2/{project_id}/volumes/{volume_id}", status=202)
    def delete(self, request: webob.Request, project_id: str, volume_id: str) -> None:
        """Delete a volume; 400 while it is in use."""
        volume = self._get(request, volume_id)
        if volume["status"] not in ("available", "error"):
            raise webob.exc.HTTPBadRequest("Volume status must be available or error.")
        with self._lock:
            self._volumes.pop(volume_id, None)
            self.backend.delete(volume_id)

    @route("POST", "/v2/{project_id}/volumes/{volume_id}/action", status=202)
    def action(self, request: webob.Request, project_id: str, volume_id: str) -> Any:
        """Do what the body's single key says."""
        asked = request.json_body
        name = next(iter(asked), "")
        if name not in self._actions:
            raise webob.exc.HTTPBadRequest(f"There is no such action: {name}")
        with self._lock:
            answer = self._actions[name](self._get(request, volume_id), asked[name])
        return answer if answer is None else webob.Response(json=answer, status=200)

    @route("GET", "/v2/{project_id}/snapshots/{snapshot_id}")
    def show_snapshot(
        self, request: webob.Request, project_id: str, snapshot_id: str
    ) -> None:
        """Show a snapshot: none are ever made here."""
        raise webob.exc.HTTPNotFound(f"Snapshot {snapshot_id} could not be found.")

    def _initialize_connection(self, volume: Volume, asked: Any) -> dict[str, Any]:
        data = {
            "volume_id": volume["id"],
            "access_mode": "rw",
            "device_path": str(self.backend.path_of(volume["id"])),
        }
        return {"connection_info": {"driver_volume_type": "local", "data": data}}

    def fault(self, error: webob.exc.HTTPException) -> webob.Response:
        """Return the error as cinder writes it."""
        kind = {404: "itemNotFound", 400: "badRequest", 403: "forbidden"}.get(
            error.code
        )
        shown = {kind or "computeFault": {"code": error.code, "message": error.detail}}
        return webob.Response(json=shown, status=error.code)

    def _of(self, request: webob.Request, project_id: str) -> list[Volume]:
        if not may_touch(request, project_id):
            raise webob.exc.HTTPForbidden("These volumes belong to another project.")
        with self._lock:
            return [
                dict(volume)
                for volume in self._volumes.values()
                if volume["os-vol-tenant-attr:tenant_id"] == project_id
            ]

    def _get(self, request: webob.Request, volume_id: str) -> Volume:
        with self._lock:
            volume = self._volumes.get(volume_id)
        if volume is None or not may_touch(
            request, volume["os-vol-tenant-attr:tenant_id"]
        ):
            raise webob.exc.HTTPNotFound(f"Volume {volume_id} could not be found.")
        return volume


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"tracenova-volumes-{uuid.uuid4()}"


def _image_metadata(image: dict[str, Any]) -> dict[str, Any]:
    """Return what a volume remembers of its image: its sizes, formats, properties."""
    known = {key: str(image[key]) for key in _IMAGE_KEYS if image.get(key) is not None}
    properties = {
        key: str(value)
        for key, value in image.items()
        if key in {"kernel_id", "ramdisk_id", "os_command_line"}
        or key.startswith(("hw_", "img_", "os_"))
    }
    return {**properties, **known, "image_id": image["id"], "image_name": image["name"]}


def _reserve(volume: Volume, _: Any) -> None:
    if volume["status"] != "available":
        raise webob.exc.HTTPBadRequest(f"Invalid volume: status is {volume['status']}.")
    volume["status"] = "attaching"


def _unreserve(volume: Volume, _: Any) -> None:
    if volume["status"] == "attaching":
        volume["status"] = "in-use" if volume["attachments"] else "available"


def _terminate_connection(volume: Volume, _: Any) -> None:
    return None


def _attach(volume: Volume, asked: Any) -> None:
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


def _begin_detaching(volume: Volume, _: Any) -> None:
    volume["status"] = "detaching"


def _roll_detaching(volume: Volume, _: Any) -> None:
    volume["status"] = "in-use"


def _detach(volume: Volume, _: Any) -> None:
    volume["attachments"] = []
    volume["status"] = "available"
