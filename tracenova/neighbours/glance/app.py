"""The image API: describe, list, upload, download."""

import copy
import hashlib
import html
import json
import threading
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import webob
import webob.exc

from tracenova.neighbours import listing
from tracenova.neighbours.glance import images
from tracenova.neighbours.glance.images import Image
from tracenova.neighbours.glance.members import GlanceMembers, Members
from tracenova.neighbours.keystone.tokens import TokenStore
from tracenova.neighbours.wsgi import caller, may_touch, route

_PAGE: Final = 25
_MOST: Final = 1000
_VERSIONS: Final = ("v2.3", "v2.2", "v2.1", "v2.0")


class Glance(GlanceMembers):
    """glance, with images in memory. Thread-safe."""

    public: ClassVar[frozenset[str]] = frozenset({"/", "/versions"})

    def __init__(self, tokens: TokenStore) -> None:
        super().__init__(tokens)
        self._images: dict[str, Image] = {}
        self._data: dict[str, bytes] = {}
        self._members: dict[str, Members] = {}
        self._lock = threading.Lock()

    def add(self, image: Mapping[str, Any], data: bytes | None, owner: str) -> str:
        """Store a public image (the lab's own way in) and return its id."""
        formats = {"disk_format": "raw", "container_format": "bare"}
        described = {"visibility": "public", **formats, **image}
        return self._add(images.new(described, owner), data)

    def content(self, image_id: str) -> tuple[Image, bytes] | None:
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

    @route("GET", "/", status=300)
    def versions(self, request: webob.Request) -> Image:
        """List the API versions."""
        return {
            "versions": [
                {
                    "id": version,
                    "status": "CURRENT" if version == _VERSIONS[0] else "SUPPORTED",
                    "links": [
                        {"rel": "self", "href": f"{request.application_url}/v2/"}
                    ],
                }
                for version in _VERSIONS
            ]
        }

    @route("GET", "/versions")
    def versions_again(self, request: webob.Request) -> Image:
        """List the API versions, without the choice."""
        return self.versions(request)

    @route("GET", "/v2/schemas/image")
    def image_schema(self, request: webob.Request) -> Image:
        """Show what an image looks like."""
        return images.schema()

    @route("GET", "/v2/images")
    def index(self, request: webob.Request) -> Image:
        """List the images the caller may see, newest first, a page at a time."""
        with self._lock:
            known = [dict(image) for image in self._images.values()]
        mine = [each for each in known if self._listed(request, each)]
        ordered = listing.ordered(mine, request, "created_at", "desc")
        if "limit" not in request.GET:
            request.GET["limit"] = str(_PAGE)
        found, more = listing.page(ordered, request, _MOST)
        answer: Image = {
            "images": [images.view(image) for image in found],
            "first": "/v2/images",
            "schema": "/v2/schemas/images",
        }
        if more and found:
            answer["next"] = listing.next_href(request, found[-1], relative=True)
        return answer

    @route("POST", "/v2/images", status=201)
    def create(self, request: webob.Request) -> webob.Response:
        """Describe an image; its data comes later."""
        given = _json(request)
        if not isinstance(given, dict):
            raise webob.exc.HTTPBadRequest("The body must be a JSON object.")
        images.check(given, may_have=frozenset({"id"}))
        self._check_may_publish(request, given)
        image = images.new(given, caller(request).project_id)
        with self._lock:
            if image["id"] in self._images:
                raise webob.exc.HTTPConflict(f"Image ID {image['id']} already exists!")
        self._add(image, None)
        response = webob.Response(json=images.view(image), status=201)
        response.headers["Location"] = (
            f"{request.application_url}/v2/images/{image['id']}"
        )
        return response

    @route("GET", "/v2/images/{image_id}")
    def show(self, request: webob.Request, image_id: str) -> Image:
        """Show one image."""
        return images.view(self.visible(request, image_id))

    @route("PATCH", "/v2/images/{image_id}")
    def update(self, request: webob.Request, image_id: str) -> Image:
        """Change an image by a JSON patch."""
        after = images.patched(self.owned(request, image_id), _json(request))
        if after["visibility"] != self._images[image_id]["visibility"]:
            self._check_may_publish(request, after)
        with self._lock:
            self._images[image_id] = after
        return images.view(after)

    @route("DELETE", "/v2/images/{image_id}", status=204)
    def delete(self, request: webob.Request, image_id: str) -> None:
        """Delete an image and its data; 403 when it is protected."""
        if self.owned(request, image_id)["protected"]:
            raise webob.exc.HTTPForbidden(
                f"Image {image_id} is protected and cannot be deleted."
            )
        with self._lock:
            self._images.pop(image_id, None)
            self._data.pop(image_id, None)
            self._members.pop(image_id, None)
        self.place.change("data", image_id)
        self.place.change("members", image_id)

    @route("PUT", "/v2/images/{image_id}/tags/{tag}", status=204)
    def add_tag(self, request: webob.Request, image_id: str, tag: str) -> None:
        """Tag an image."""
        self.owned(request, image_id)
        with self._lock:
            image = self._images[image_id]
            image["tags"] = [*(t for t in image["tags"] if t != tag), tag]

    @route("DELETE", "/v2/images/{image_id}/tags/{tag}", status=204)
    def delete_tag(self, request: webob.Request, image_id: str, tag: str) -> None:
        """Take a tag away; 404 when the image has none such."""
        if tag not in self.owned(request, image_id)["tags"]:
            raise webob.exc.HTTPNotFound(f"The tag {tag} could not be found.")
        with self._lock:
            image = self._images[image_id]
            image["tags"] = [each for each in image["tags"] if each != tag]

    @route("PUT", "/v2/images/{image_id}/file", status=204)
    def upload(self, request: webob.Request, image_id: str) -> None:
        """Take the image's data, once."""
        image = self.owned(request, image_id)
        if request.content_type != "application/octet-stream":
            raise webob.exc.HTTPUnsupportedMediaType("Send application/octet-stream.")
        if image["disk_format"] is None or image["container_format"] is None:
            raise webob.exc.HTTPBadRequest(
                "Properties disk_format, container_format must be set prior to saving "
                "data."
            )
        if image["status"] != "queued":
            raise webob.exc.HTTPConflict(
                f"Image status transition from {image['status']} to saving is not "
                "allowed"
            )
        with self._lock:
            self._images[image_id]["status"] = "saving"
        # request.body would put more than 10 KB into a file, and leave that open
        self._store(image_id, request.body_file.read())

    @route("GET", "/v2/images/{image_id}/file")
    def download(self, request: webob.Request, image_id: str) -> webob.Response:
        """Give the image's data; 204 when there is none yet."""
        image = self.visible(request, image_id)
        if image["status"] == "deactivated" and not caller(request).is_admin:
            raise webob.exc.HTTPForbidden(
                "The requested image has been deactivated. Image data download is "
                "forbidden."
            )
        with self._lock:
            data = self._data.get(image_id)
        if data is None:
            return webob.Response(status=204)
        response = webob.Response(body=data, content_type="application/octet-stream")
        response.headers["Content-MD5"] = str(image["checksum"])
        return response

    def fault(self, error: webob.exc.HTTPException) -> webob.Response:
        """Return the error as glance writes it: a page of HTML."""
        title = f"{error.code} {error.title}"
        page = (
            f"<html>\n <head>\n  <title>{title}</title>\n </head>\n <body>\n"
            f"  <h1>{title}</h1>\n  {html.escape(error.detail or '')}"
            "<br /><br />\n\n\n\n </body>\n</html>"
        )
        return webob.Response(page, status=error.code, content_type="text/html")

    def _look(self, kind: str, key: str) -> Any:
        with self._lock:
            if kind == "data":
                return self._data.get(key)
            known = self._members if kind == "members" else self._images
            return copy.deepcopy(known.get(key))

    def _take(self, kind: str, key: str, value: Any) -> None:
        known: dict[str, dict[str, Any]] = {
            "data": self._data,
            "members": self._members,
            "images": self._images,
        }
        known[kind][key] = value

    def _add(self, image: Image, data: bytes | None) -> str:
        with self._lock:
            self._images[image["id"]] = image
        self.place.change("images", image["id"])
        if data is not None:
            self._store(image["id"], data)
        return str(image["id"])

    def _store(self, image_id: str, data: bytes) -> None:
        self.place.change("images", image_id)
        self.place.change("data", image_id)
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        with self._lock:
            self._data[image_id] = data
            self._images[image_id].update(
                status="active",
                size=len(data),
                checksum=digest,
                updated_at=images.timestamp(),
            )

    def _listed(self, request: webob.Request, image: Image) -> bool:
        """Say whether the image is among those that the query asks for."""
        if not self._visible(request, image):
            return False
        if self._is_common(request, image):
            if request.GET.get("visibility") == "shared":
                return False
        else:  # somebody else's: if it is accepted
            wanted = request.GET.get("member_status", "accepted")
            if wanted not in ("all", self.status_for(request, image["id"])):
                return False
        tags = set(request.GET.getall("tag"))
        size = image["size"] or 0
        return (
            tags <= set(image["tags"])
            and _number(request, "size_min", 0) <= size
            and size <= _number(request, "size_max", size)
            and all(
                _is_wanted(str(image.get(name)), value)
                for name, value in request.GET.items()
                if name not in listing.PAGING | {"tag", "size_min", "size_max"}
                and (name, value) != ("visibility", "shared")
                and name not in ("member_status", "changes-since")
            )
        )

    def _visible(self, request: webob.Request, image: Mapping[str, Any]) -> bool:
        return self._is_common(request, image) or (
            self.status_for(request, image["id"]) is not None
        )

    @staticmethod
    def _is_common(request: webob.Request, image: Mapping[str, Any]) -> bool:
        """Say whether the image is everybody's, or the caller's own."""
        owner = str(image["owner"])
        return image["visibility"] == "public" or may_touch(request, owner)

    def visible(self, request: webob.Request, image_id: str) -> Image:
        """Return an image that the caller sees; 404: there is none."""
        self.place.touch("images", image_id)
        with self._lock:
            image = dict(self._images.get(image_id, {}))
        if not image or not self._visible(request, image):
            raise webob.exc.HTTPNotFound(f"No image found with ID {image_id}")
        return image

    def owned(self, request: webob.Request, image_id: str) -> Image:
        """Return an image that the caller may change; 403: it is another's."""
        image = self.visible(request, image_id)
        if not may_touch(request, str(image["owner"])):
            raise webob.exc.HTTPForbidden("You do not own this image.")
        return image

    @staticmethod
    def _check_may_publish(request: webob.Request, image: Mapping[str, Any]) -> None:
        if image.get("visibility") == "public" and not caller(request).is_admin:
            raise webob.exc.HTTPForbidden(
                "You are not authorized to complete publicize_image action."
            )


def _json(request: webob.Request) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        raise webob.exc.HTTPBadRequest("The body must be JSON.") from None


def _is_wanted(value: str, filter_value: str) -> bool:
    """Say whether the value is the filter's, or one of ``in:first,second``."""
    operator, colon, values = filter_value.partition(":")
    wanted = values.split(",") if colon and operator == "in" else [filter_value]
    return value.lower() in {each.strip('"').lower() for each in wanted}


def _number(request: webob.Request, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not text.isdecimal():
        raise webob.exc.HTTPBadRequest(f"Invalid value for {name}: {text!r}.")
    return int(text)
