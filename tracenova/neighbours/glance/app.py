"""The image API: describe, list, upload, download."""

import hashlib
import json
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import webob
import webob.exc

from tracenova.neighbours.keystone.tokens import TokenStore
from tracenova.neighbours.wsgi import Neighbour, caller, may_touch, route

_READ_ONLY = {
    "id",
    "status",
    "created_at",
    "updated_at",
    "checksum",
    "size",
    "owner",
    "self",
}


class Glance(Neighbour):
    """glance, with images in memory. Thread-safe."""

    def __init__(self, tokens: TokenStore) -> None:
        super().__init__(tokens)
        self._images: dict[str, dict[str, Any]] = {}
        self._data: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def add(self, image: Mapping[str, Any], data: bytes | None, owner: str) -> str:
        """Store an image (the lab's own way in) and return its id."""
        image_id = str(image.get("id") or uuid.uuid4())
        now = _now()
        record = {
            "visibility": "public",
            "min_ram": 0,
            "min_disk": 0,
            "protected": False,
            "tags": [],
            "disk_format": "raw",
            "container_format": "bare",
            "name": None,
            **image,
            "id": image_id,
            "owner": owner,
            "status": "queued",
            "size": None,
            "checksum": None,
            "created_at": now,
            "updated_at": now,
            "virtual_size": None,
        }
        with self._lock:
            self._images[image_id] = record
        if data is not None:
            self._store(image_id, data)
        return image_id

    def content(self, image_id: str) -> tuple[dict[str, Any], bytes] | None:
        """Return an image with its data, cinder's own way in; None without any."""
        with self._lock:
            image, data = self._images.get(image_id), self._data.get(image_id)
        return None if image is None or data is None else (dict(image), data)

    def find_by_name(self, name: str) -> str | None:
        """Return the id of the image of that name or id, or None."""
        with self._lock:
            for image in self._images.values():
                if name in (image["name"], image["id"]):
                    return str(image["id"])
        return None

    @route("GET", "/v2/images")
    def index(self, request: webob.Request) -> dict[str, Any]:
        """List the images the caller may see."""
        wanted = request.GET.get("name")
        with self._lock:
            images = [dict(image) for image in self._images.values()]
        shown = [
            _view(image)
            for image in sorted(
                images, key=lambda image: str(image["created_at"]), reverse=True
            )
            if self._visible(request, image) and wanted in (None, image["name"])
        ]
        return {"images": shown, "first": "/v2/images", "schema": "/v2/schemas/images"}

    @route("POST", "/v2/images", status=201)
    def create(self, request: webob.Request) -> webob.Response:
        """Describe an image; its data comes later."""
        given = _json(request)
        if set(given) & (_READ_ONLY - {"id"}):
            raise webob.exc.HTTPForbidden("A read-only attribute was given.")
        image_id = self.add(
            {"visibility": "shared", **given}, None, caller(request).project_id
        )
        response = webob.Response(json=_view(self._images[image_id]), status=201)
        response.headers["Location"] = f"{request.host_url}/v2/images/{image_id}"
        return response

    @route("GET", "/v2/images/{image_id}")
    def show(self, request: webob.Request, image_id: str) -> dict[str, Any]:
        """Show one image."""
        return _view(self._get(request, image_id))

    @route("DELETE", "/v2/images/{image_id}", status=204)
    def delete(self, request: webob.Request, image_id: str) -> None:
        """Delete an image and its data."""
        self._owned(request, image_id)
        with self._lock:
            self._images.pop(image_id, None)
            self._data.pop(image_id, None)

    @route("PUT", "/v2/images/{image_id}/file", status=204)
    def upload(self, request: webob.Request, image_id: str) -> None:
        """Take the image's data."""
        self._owned(request, image_id)
        self._store(image_id, request.body)

    @route("GET", "/v2/images/{image_id}/file")
    def download(self, request: webob.Request, image_id: str) -> webob.Response:
        """Give the image's data; 204 when there is none yet."""
        self._get(request, image_id)
        with self._lock:
            data = self._data.get(image_id)
        if data is None:
            return webob.Response(status=204)
        return webob.Response(body=data, content_type="application/octet-stream")

    def _store(self, image_id: str, data: bytes) -> None:
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        with self._lock:
            self._data[image_id] = data
            self._images[image_id].update(
                status="active", size=len(data), checksum=digest, updated_at=_now()
            )

    def _visible(self, request: webob.Request, image: Mapping[str, Any]) -> bool:
        public = image["visibility"] in ("public", "community")
        return public or may_touch(request, str(image["owner"]))

    def _get(self, request: webob.Request, image_id: str) -> dict[str, Any]:
        with self._lock:
            image = dict(self._images.get(image_id, {}))
        if not image or not self._visible(request, image):
            raise webob.exc.HTTPNotFound(f"Failed to find image {image_id}")
        return image

    def _owned(self, request: webob.Request, image_id: str) -> dict[str, Any]:
        image = self._get(request, image_id)
        if not may_touch(request, str(image["owner"])):
            raise webob.exc.HTTPForbidden("You do not own this image.")
        return image


def _json(request: webob.Request) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except ValueError:
        raise webob.exc.HTTPBadRequest("The body must be JSON.") from None
    if not isinstance(given, dict):
        raise webob.exc.HTTPBadRequest("The body must be a JSON object.")
    return given


def _view(image: Mapping[str, Any]) -> dict[str, Any]:
    path = f"/v2/images/{image['id']}"
    links = {"self": path, "file": f"{path}/file", "schema": "/v2/schemas/image"}
    return {**image, **links}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
