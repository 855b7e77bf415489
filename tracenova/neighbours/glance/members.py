"""Who else may use a private image: its members; and images that nobody may use now."""

import threading
from collections.abc import Mapping
from typing import Final

import webob
import webob.exc

from tracenova.neighbours.glance import images
from tracenova.neighbours.glance.images import Image
from tracenova.neighbours.wsgi import Neighbour, caller, json_object, may_touch, route

Members = dict[str, dict[str, str]]
"""By project: status, created_at, updated_at."""

_STATUSES: Final = ("pending", "accepted", "rejected")
_MOST: Final = 128
_OF_IMAGE: Final = "/v2/images/{image_id}/members"


class GlanceMembers(Neighbour):
    """The part of glance that knows the members of images, and their deactivation."""

    _images: dict[str, Image]
    _members: dict[str, Members]
    _lock: threading.Lock

    @route("POST", "/v2/images/{image_id}/actions/deactivate", status=204)
    def deactivate(self, request: webob.Request, image_id: str) -> None:
        """Keep the image's data back: no server is made of it."""
        self._set_status(request, image_id, "active", "deactivated")

    @route("POST", "/v2/images/{image_id}/actions/reactivate", status=204)
    def reactivate(self, request: webob.Request, image_id: str) -> None:
        """Give the image's data again."""
        self._set_status(request, image_id, "deactivated", "active")

    @route("GET", _OF_IMAGE)
    def members(self, request: webob.Request, image_id: str) -> Image:
        """List the members: all to the owner, a member sees itself."""
        self._private(request, image_id)
        with self._lock:
            known = dict(self._members.get(image_id, {}))
        if not self._is_owned(request, image_id):
            mine = caller(request).project_id
            known = {name: about for name, about in known.items() if name == mine}
        return {
            "members": [_view(image_id, *each) for each in known.items()],
            "schema": "/v2/schemas/members",
        }

    @route("POST", _OF_IMAGE)
    def add_member(self, request: webob.Request, image_id: str) -> Image:
        """Let a project use the image; it is listed there once it is accepted."""
        self._private(request, image_id)
        self.owned(request, image_id)
        project = json_object(request).get("member")
        if not isinstance(project, str) or not 0 < len(project) <= 255:
            raise webob.exc.HTTPBadRequest("Member to be added not specified")
        now = images.timestamp()
        with self._lock:
            known = self._members.setdefault(image_id, {})
            if project in known:
                raise webob.exc.HTTPConflict(
                    f"Member {project} is duplicated for image {image_id}"
                )
            if len(known) >= _MOST:
                raise webob.exc.HTTPRequestEntityTooLarge(
                    f"Maximum number of image members exceeded: {_MOST}"
                )
            about = {"status": "pending", "created_at": now, "updated_at": now}
            known[project] = about
        self.place.change("members", image_id)
        return _view(image_id, project, about)

    @route("GET", _OF_IMAGE + "/{project}")
    def member(self, request: webob.Request, image_id: str, project: str) -> Image:
        """Show a member."""
        return _view(image_id, project, self._member(request, image_id, project))

    @route("PUT", _OF_IMAGE + "/{project}")
    def update_member(
        self, request: webob.Request, image_id: str, project: str
    ) -> Image:
        """Accept or reject an image, as the member."""
        self._member(request, image_id, project)
        if not may_touch(request, project):
            raise webob.exc.HTTPForbidden("Only the member may change its status.")
        status = json_object(request).get("status")
        if status not in _STATUSES:
            raise webob.exc.HTTPBadRequest(f"Status is none of {', '.join(_STATUSES)}.")
        with self._lock:
            about = self._members[image_id][project]
            about |= {"status": status, "updated_at": images.timestamp()}
        self.place.change("members", image_id)
        return _view(image_id, project, about)

    @route("DELETE", _OF_IMAGE + "/{project}", status=204)
    def delete_member(
        self, request: webob.Request, image_id: str, project: str
    ) -> None:
        """Let a project use the image no more."""
        self._member(request, image_id, project)
        self.owned(request, image_id)
        with self._lock:
            self._members[image_id].pop(project, None)
        self.place.change("members", image_id)

    def status_for(self, request: webob.Request, image_id: str) -> str | None:
        """Return what the caller's project has said to the image, if it is a member."""
        with self._lock:
            about = self._members.get(image_id, {}).get(caller(request).project_id)
        return None if about is None else about["status"]

    def _set_status(
        self, request: webob.Request, image_id: str, before: str, after: str
    ) -> None:
        status = self.owned(request, image_id)["status"]
        if status not in (before, after):
            raise webob.exc.HTTPForbidden(
                f"Not allowed to {'de' if after == 'deactivated' else 're'}activate "
                f"image in status '{status}'"
            )
        with self._lock:
            self._images[image_id].update(status=after, updated_at=images.timestamp())
        self.place.change("images", image_id)

    def _private(self, request: webob.Request, image_id: str) -> None:
        if self.visible(request, image_id)["visibility"] == "public":
            raise webob.exc.HTTPForbidden("Public images do not have members.")

    def _member(
        self, request: webob.Request, image_id: str, project: str
    ) -> dict[str, str]:
        self._private(request, image_id)
        with self._lock:
            about = dict(self._members.get(image_id, {}).get(project, {}))
        known = self._is_owned(request, image_id) or may_touch(request, project)
        if not about or not known:
            raise webob.exc.HTTPNotFound(f"{project} not found in the member list")
        return about

    def _is_owned(self, request: webob.Request, image_id: str) -> bool:
        return may_touch(request, str(self.visible(request, image_id)["owner"]))

    def visible(self, request: webob.Request, image_id: str) -> Image:
        """Return an image that the caller sees; 404: there is none."""
        raise NotImplementedError

    def owned(self, request: webob.Request, image_id: str) -> Image:
        """Return an image that the caller may change; 403: it is another's."""
        raise NotImplementedError


def _view(image_id: str, project: str, about: Mapping[str, str]) -> Image:
    schema = "/v2/schemas/member"
    return {"image_id": image_id, "member_id": project, "schema": schema, **about}
