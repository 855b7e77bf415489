"""What users write on volumes and snapshots: texts by name."""

import threading
from typing import Any

import webob
import webob.exc

from tracenova.neighbours.cinder import volumes
from tracenova.neighbours.cinder.snapshots import CinderSnapshots
from tracenova.neighbours.wsgi import body as object_of
from tracenova.neighbours.wsgi import route

Body = dict[str, Any]

_OF_VOLUME = "/{version}/{project_id}/volumes/{volume_id}/metadata"
_OF_SNAPSHOT = "/{version}/{project_id}/snapshots/{snapshot_id}/metadata"


class CinderMetadata(CinderSnapshots):
    """The part of cinder that knows the metadata of volumes and snapshots."""

    _lock: threading.RLock

    @route("GET", _OF_VOLUME)
    @route("GET", _OF_SNAPSHOT)
    def metadata(
        self, request: webob.Request, version: str, project_id: str, **which: str
    ) -> Body:
        """Show all of it."""
        return {"metadata": dict(self._holder(request, **which)["metadata"] or {})}

    @route("POST", _OF_VOLUME)
    @route("POST", _OF_SNAPSHOT)
    def add_metadata(
        self, request: webob.Request, version: str, project_id: str, **which: str
    ) -> Body:
        """Add items, or change those that there are; return all."""
        given = object_of(request, "metadata")
        return {"metadata": self._change(request, given, keep=True, **which)}

    @route("PUT", _OF_VOLUME)
    @route("PUT", _OF_SNAPSHOT)
    def replace_metadata(
        self, request: webob.Request, version: str, project_id: str, **which: str
    ) -> Body:
        """Put these items in place of all."""
        given = object_of(request, "metadata")
        return {"metadata": self._change(request, given, keep=False, **which)}

    @route("GET", _OF_VOLUME + "/{key}")
    @route("GET", _OF_SNAPSHOT + "/{key}")
    def metadata_item(
        self,
        request: webob.Request,
        version: str,
        project_id: str,
        key: str,
        **which: str,
    ) -> Body:
        """Show one item."""
        return {"meta": {key: self._items(request, key, **which)[key]}}

    @route("PUT", _OF_VOLUME + "/{key}")
    @route("PUT", _OF_SNAPSHOT + "/{key}")
    def set_metadata_item(
        self,
        request: webob.Request,
        version: str,
        project_id: str,
        key: str,
        **which: str,
    ) -> Body:
        """Add or change one item."""
        given = object_of(request, "meta")
        if set(given) != {key}:
            raise webob.exc.HTTPBadRequest("Request body and URI mismatch")
        self._change(request, given, keep=True, **which)
        return {"meta": given}

    @route("DELETE", _OF_VOLUME + "/{key}")
    @route("DELETE", _OF_SNAPSHOT + "/{key}")
    def delete_metadata_item(
        self,
        request: webob.Request,
        version: str,
        project_id: str,
        key: str,
        **which: str,
    ) -> None:
        """Take one item away."""
        left = self._items(request, key, **which)
        del left[key]
        self._change(request, left, keep=False, **which)

    def _holder(
        self, request: webob.Request, volume_id: str = "", snapshot_id: str = ""
    ) -> Body:
        """Return the volume or snapshot; 404 when it is not the caller's."""
        if snapshot_id:
            return self.get_snapshot(request, snapshot_id)
        return self.get_volume(request, volume_id)

    def _items(self, request: webob.Request, key: str, **which: str) -> dict[str, str]:
        """Return all items; 404 when there is none of the name."""
        known = dict(self._holder(request, **which)["metadata"] or {})
        if key not in known:
            raise webob.exc.HTTPNotFound(f"Metadata item was not found: {key}")
        return known

    def _change(
        self, request: webob.Request, items: Body, *, keep: bool, **which: str
    ) -> dict[str, str]:
        wished = volumes.changes({"metadata": items})["metadata"]
        holder = self._holder(request, **which)
        with self._lock:
            kept = holder["metadata"] or {} if keep else {}
            holder["metadata"] = {**kept, **wished}
            return dict(holder["metadata"])

    def get_volume(self, request: webob.Request, volume_id: str) -> Body:
        """Return a volume of the caller's project; 404: there is none."""
        raise NotImplementedError
