"""The volume API: create, show, attach, detach, delete."""

import copy
import logging
import tempfile
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import webob
import webob.exc

from tracenova import utils
from tracenova.neighbours import listing
from tracenova.neighbours.cinder import actions, volumes
from tracenova.neighbours.cinder.backend import LocalFiles
from tracenova.neighbours.cinder.metadata import CinderMetadata
from tracenova.neighbours.keystone.tokens import TokenStore
from tracenova.neighbours.wsgi import body as object_of
from tracenova.neighbours.wsgi import caller, may_touch, route

LOG = logging.getLogger(__name__)

Volume = dict[str, Any]
ImageSource = Callable[[str], tuple[dict[str, Any], bytes] | None]

_MOST = 1000


class Cinder(CinderMetadata):
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
        self._snapshots: dict[str, Volume] = {}
        self._quotas: dict[str, dict[str, int]] = {}
        self._lock = threading.RLock()
        self._actions: dict[str, Callable[[Volume, Any], dict[str, Any] | None]] = {
            "os-reserve": actions.reserve,
            "os-unreserve": actions.unreserve,
            "os-initialize_connection": self._initialize_connection,
            "os-terminate_connection": actions.terminate_connection,
            "os-attach": actions.attach,
            "os-begin_detaching": actions.begin_detaching,
            "os-roll_detaching": actions.roll_detaching,
            "os-detach": actions.detach,
            "os-set_bootable": actions.set_bootable,
            "os-extend": self._extend,
        }

    @route("GET", "/{version}/{project_id}/volumes")
    def index(
        self, request: webob.Request, version: str, project_id: str
    ) -> dict[str, Any]:
        """List a page of the project's volumes."""
        answer = self._page(request, project_id)
        kept = ("id", "name", "links")
        answer["volumes"] = [{k: v[k] for k in kept} for v in answer["volumes"]]
        return answer

    @route("GET", "/{version}/{project_id}/volumes/detail")
    def detail(
        self, request: webob.Request, version: str, project_id: str
    ) -> dict[str, Any]:
        """List a page of the project's volumes in detail."""
        return self._page(request, project_id)

    @route("POST", "/{version}/{project_id}/volumes", status=202)
    def create(
        self, request: webob.Request, version: str, project_id: str
    ) -> dict[str, Any]:
        """Create a volume; its file is made while the answer is on its way."""
        given = object_of(request, "volume")
        copied = self.from_snapshot(request, given)
        volume = volumes.new(given, caller(request))
        if copied is not None:
            volume |= volumes.inherited(copied[1])
        image = self._image_of(given)
        if image is not None:
            volume["volume_image_metadata"] = volumes.image_metadata(image[0])
        with self._lock:
            self.check_quota(volume[volumes.OWNER], "volumes", volume["size"])
            self._volumes[volume["id"]] = volume
            self.place.change("volumes", volume["id"])
            answer = {"volume": volumes.view(volume, request)}
        content = b"" if image is None else image[1]
        utils.spawn_n(self._make, volume, copied[0] if copied else content)
        return answer

    def _image_of(self, given: dict[str, Any]) -> tuple[dict[str, Any], bytes] | None:
        image_id = given.get("imageRef")
        if not image_id:
            return None
        found = self._images(str(image_id))
        if found is None:
            raise webob.exc.HTTPBadRequest(f"Image {image_id} could not be found.")
        return found

    def _make(self, volume: Volume, content: bytes | Path) -> None:
        try:
            if isinstance(content, Path):
                path = self.backend.path_of(volume["id"])
                self.backend.copy(content, path, volume["size"])
            else:
                self.backend.create(volume["id"], volume["size"], content)
        except (OSError, ValueError) as error:
            LOG.error("Volume %s: %s", volume["id"], error)
            status = "error"
        else:
            status = "available"
        with self._lock:
            if volume["status"] == "creating":
                volume["status"] = status
            if volume["id"] not in self._volumes:  # deleted meanwhile
                self.backend.delete(volume["id"])
        self.place.change("volumes", volume["id"])
        self.place.write()

    def _look(self, kind: str, key: str) -> Any:
        with self._lock:
            return copy.deepcopy(self._known(kind).get(key))

    def _take(self, kind: str, key: str, value: Any) -> None:
        """Know a volume again; one that was being made will never be."""
        if value.get("status") == "creating":
            value["status"] = "error"
        self._known(kind)[key] = value

    def _known(self, kind: str) -> dict[str, Any]:
        by_kind = {"snapshots": self._snapshots, "quotas": self._quotas}
        return by_kind.get(kind, self._volumes)

    def sizes_of(self, project_id: str) -> list[int]:
        """Return the sizes of a project's volumes, in GB."""
        with self._lock:
            volumes_ = self._volumes.values()
            return [v["size"] for v in volumes_ if v[volumes.OWNER] == project_id]

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
            return self.backend.strays(set(self._volumes), set(self._snapshots))

    @route("GET", "/{version}/{project_id}/volumes/{volume_id}")
    def show(
        self, request: webob.Request, version: str, project_id: str, volume_id: str
    ) -> dict[str, Any]:
        """Show a volume."""
        return {"volume": volumes.view(self.get_volume(request, volume_id), request)}

    @route("PUT", "/{version}/{project_id}/volumes/{volume_id}")
    def update(
        self, request: webob.Request, version: str, project_id: str, volume_id: str
    ) -> dict[str, Any]:
        """Change name, description or metadata."""
        given = object_of(request, "volume")
        volume = self.get_volume(request, volume_id)
        with self._lock:
            volume.update(volumes.changes(given))
            return {"volume": volumes.view(volume, request)}

    @route("DELETE", "/{version}/{project_id}/volumes/{volume_id}", status=202)
    def delete(
        self, request: webob.Request, version: str, project_id: str, volume_id: str
    ) -> None:
        """Delete a volume; 400 while it is in use."""
        volume = self.get_volume(request, volume_id)
        if volume["status"] not in ("available", "error") or self.has_snapshots(
            volume_id
        ):
            raise webob.exc.HTTPBadRequest(
                "Invalid volume: Volume status must be available or error or "
                "error_restoring or error_extending and must not be migrating, "
                "attached, belong to a consistency group or have snapshots."
            )
        with self._lock:
            self._volumes.pop(volume_id, None)
            self.backend.delete(volume_id)

    @route("POST", "/{version}/{project_id}/volumes/{volume_id}/action", status=202)
    def action(
        self, request: webob.Request, version: str, project_id: str, volume_id: str
    ) -> Any:
        """Do what the body's single key says."""
        asked = request.json_body
        if not isinstance(asked, dict):
            raise webob.exc.HTTPBadRequest("The body must be a JSON object.")
        name = next(iter(asked), "")
        if name not in self._actions:
            raise webob.exc.HTTPBadRequest(f"There is no such action: {name}")
        with self._lock:
            answer = self._actions[name](
                self.get_volume(request, volume_id), asked[name]
            )
        return answer if answer is None else webob.Response(json=answer, status=200)

    def _extend(self, volume: Volume, asked: Any) -> None:
        size = asked["new_size"]
        if volume["status"] != "available" or size <= volume["size"]:
            raise webob.exc.HTTPBadRequest(
                "Invalid input received: New size for extend must be greater than "
                f"current size. (current: {volume['size']}, extended: {size})."
            )
        self.check_size(volume[volumes.OWNER], size)
        self.check_gigabytes(volume[volumes.OWNER], size - volume["size"])
        self.backend.extend(volume["id"], size)
        volume["size"] = size

    def _initialize_connection(self, volume: Volume, asked: Any) -> dict[str, Any]:
        data = {
            "volume_id": volume["id"],
            "access_mode": "rw",
            "device_path": str(self.backend.path_of(volume["id"])),
        }
        return {"connection_info": {"driver_volume_type": "local", "data": data}}

    def _page(self, request: webob.Request, project_id: str) -> dict[str, Any]:
        everybody = request.GET.get("all_tenants", "0").lower() in ("1", "true")
        if not may_touch(request, project_id):
            raise webob.exc.HTTPForbidden("These volumes belong to another project.")
        with self._lock:
            mine = [
                volumes.view(volume, request)
                for volume in self._volumes.values()
                if volume[volumes.OWNER] == project_id
                or (everybody and caller(request).is_admin)
            ]
        names = ("name", "status", "bootable", "availability_zone", "size")
        fitting = [each for each in mine if listing.fits(each, request, *names)]
        ordered = listing.ordered(fitting, request, "created_at", "desc")
        found, more = listing.page(ordered, request, _MOST)
        answer: dict[str, Any] = {"volumes": found}
        if more and found:
            href = listing.next_href(request, found[-1])
            answer["volumes_links"] = [{"rel": "next", "href": href}]
        return answer

    def get_volume(self, request: webob.Request, volume_id: str) -> Volume:
        """Return a volume of the caller's project.

        Raises:
            webob.exc.HTTPNotFound: there is none of this id.
        """
        self.place.touch("volumes", volume_id)
        with self._lock:
            volume = self._volumes.get(volume_id)
        if volume is None or not may_touch(request, volume[volumes.OWNER]):
            raise webob.exc.HTTPNotFound(f"Volume {volume_id} could not be found.")
        return volume


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"tracenova-volumes-{uuid.uuid4()}"
