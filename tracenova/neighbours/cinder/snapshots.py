"""Snapshots of volumes: made, listed, shown, renamed, deleted."""

import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import webob
import webob.exc

from tracenova.neighbours import listing
from tracenova.neighbours.cinder import volumes
from tracenova.neighbours.cinder.backend import LocalFiles
from tracenova.neighbours.cinder.quotas import CinderQuotas
from tracenova.neighbours.wsgi import body as object_of
from tracenova.neighbours.wsgi import caller, may_touch, route

Body = dict[str, Any]

OWNER: Final = "os-extended-snapshot-attributes:project_id"
_PROGRESS: Final = "os-extended-snapshot-attributes:progress"
_DETAILS: Final = frozenset({OWNER, _PROGRESS})
_MOST: Final = 1000


class CinderSnapshots(CinderQuotas):
    """The part of cinder that knows snapshots.

    Attributes:
        backend: where they are.
    """

    backend: LocalFiles
    _volumes: dict[str, Body]
    _snapshots: dict[str, Body]
    _lock: threading.RLock

    @route("GET", "/{version}/{project_id}/snapshots")
    def snapshots(self, request: webob.Request, version: str, project_id: str) -> Body:
        """List a page of the project's snapshots."""
        page = self._snapshot_page(request, project_id)
        found = [
            {key: value for key, value in each.items() if key not in _DETAILS}
            for each in page["snapshots"]
        ]
        return {**page, "snapshots": found}

    @route("GET", "/{version}/{project_id}/snapshots/detail")
    def detailed_snapshots(
        self, request: webob.Request, version: str, project_id: str
    ) -> Body:
        """List a page of the project's snapshots in detail."""
        return self._snapshot_page(request, project_id)

    @route("POST", "/{version}/{project_id}/snapshots", status=202)
    def create_snapshot(
        self, request: webob.Request, version: str, project_id: str
    ) -> Body:
        """Copy a volume; one that is in use must be forced: 400."""
        given = object_of(request, "snapshot")
        wished = volumes.changes(given)
        volume_id = str(given.get("volume_id"))
        force = str(given.get("force", False)).lower() in (
            "true",
            "1",
            "t",
            "on",
            "yes",
        )
        with self._lock:
            volume = self._volumes.get(volume_id)
            if volume is None or not may_touch(request, volume[volumes.OWNER]):
                raise webob.exc.HTTPNotFound(f"Volume {volume_id} could not be found.")
            if volume["status"] not in ("available", *(("in-use",) if force else ())):
                raise webob.exc.HTTPBadRequest(
                    f"Invalid volume: Volume {volume_id} status must be available, but "
                    f"current status is: {volume['status']}."
                )
            self.check_quota(volume[volumes.OWNER], "snapshots", volume["size"])
            snapshot = _new(wished, volume, caller(request).user.id)
            self.backend.copy(
                self.backend.path_of(volume_id), self._file_of(snapshot), volume["size"]
            )
            self._snapshots[snapshot["id"]] = snapshot
            self.place.touch("snapshots", snapshot["id"])
        return {"snapshot": _view(snapshot)}

    @route("GET", "/{version}/{project_id}/snapshots/{snapshot_id}")
    def show_snapshot(
        self, request: webob.Request, version: str, project_id: str, snapshot_id: str
    ) -> Body:
        """Show a snapshot."""
        return {"snapshot": _view(self.get_snapshot(request, snapshot_id))}

    @route("PUT", "/{version}/{project_id}/snapshots/{snapshot_id}")
    def update_snapshot(
        self, request: webob.Request, version: str, project_id: str, snapshot_id: str
    ) -> Body:
        """Change name, description or metadata."""
        wished = volumes.changes(object_of(request, "snapshot"))
        snapshot = self.get_snapshot(request, snapshot_id)
        with self._lock:
            snapshot.update(wished)
            return {"snapshot": _view(snapshot)}

    @route("DELETE", "/{version}/{project_id}/snapshots/{snapshot_id}", status=202)
    def delete_snapshot(
        self, request: webob.Request, version: str, project_id: str, snapshot_id: str
    ) -> None:
        """Delete a snapshot; volumes that were made of it stay."""
        snapshot = self.get_snapshot(request, snapshot_id)
        with self._lock:
            self._snapshots.pop(snapshot_id, None)
            self._file_of(snapshot).unlink(missing_ok=True)

    def get_snapshot(self, request: webob.Request, snapshot_id: str) -> Body:
        """Return a snapshot of the caller's project.

        Raises:
            webob.exc.HTTPNotFound: there is none of this id.
        """
        self.place.touch("snapshots", snapshot_id)
        with self._lock:
            snapshot = self._snapshots.get(snapshot_id)
        if snapshot is None or not may_touch(request, snapshot[OWNER]):
            raise webob.exc.HTTPNotFound(f"Snapshot {snapshot_id} could not be found.")
        return snapshot

    def from_snapshot(
        self, request: webob.Request, given: Body
    ) -> tuple[Path, Body] | None:
        """Return the file that a new volume is to be a copy of, and whose it was.

        The volume's size is the snapshot's if none is given; None: it is no copy.

        Raises:
            webob.exc.HTTPNotFound: there is no such snapshot.
            webob.exc.HTTPBadRequest: the volume would be smaller.
        """
        if not given.get("snapshot_id"):
            return None
        snapshot = self.get_snapshot(request, str(given["snapshot_id"]))
        if given.get("size") is None:
            given["size"] = snapshot["size"]
        size = str(given["size"])
        if size.isdecimal() and int(size) < snapshot["size"]:
            raise webob.exc.HTTPBadRequest(
                f"Invalid input received: Volume size {size}GB cannot be smaller than "
                f"original snapshot size {snapshot['size']}GB. They must be >= original "
                "snapshot size."
            )
        return self._file_of(snapshot), self._volumes[snapshot["volume_id"]]

    def has_snapshots(self, volume_id: str) -> bool:
        """Say whether there are snapshots of the volume."""
        with self._lock:
            return any(s["volume_id"] == volume_id for s in self._snapshots.values())

    def snapshot_sizes_of(self, project_id: str) -> list[int]:
        """Return the sizes of a project's snapshots, in GB."""
        with self._lock:
            everybodys = self._snapshots.values()
            return [s["size"] for s in everybodys if s[OWNER] == project_id]

    def _file_of(self, snapshot: Body) -> Path:
        return self.backend.snapshot_path_of(snapshot["id"])

    def _snapshot_page(self, request: webob.Request, project_id: str) -> Body:
        everybody = request.GET.get("all_tenants", "0").lower() in ("1", "true")
        if not may_touch(request, project_id):
            raise webob.exc.HTTPForbidden("These snapshots belong to another project.")
        with self._lock:
            mine = [
                _view(each)
                for each in self._snapshots.values()
                if each[OWNER] == project_id or (everybody and caller(request).is_admin)
            ]
        names = ("name", "status", "volume_id")
        fitting = [each for each in mine if listing.fits(each, request, *names)]
        ordered = listing.ordered(fitting, request, "created_at", "desc")
        found, more = listing.page(ordered, request, _MOST)
        answer: Body = {"snapshots": found}
        if more and found:
            href = listing.next_href(request, found[-1])
            answer["snapshots_links"] = [{"rel": "next", "href": href}]
        return answer


def _new(wished: Body, volume: Body, user_id: str) -> Body:
    return {
        "name": None,
        "description": None,
        "metadata": {},
        **wished,
        "id": str(uuid.uuid4()),
        "volume_id": volume["id"],
        "size": volume["size"],
        "status": "available",
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "updated_at": None,
        "user_id": user_id,
        _PROGRESS: "100%",
        OWNER: volume[volumes.OWNER],
    }


def _view(snapshot: Body) -> Body:
    return {**snapshot, "metadata": dict(snapshot["metadata"] or {})}
