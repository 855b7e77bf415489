"""Glance's v2 API, and its images in the shape Nova works with.

Nova: nova/image/glance.py GlanceImageServiceV2. Left out: the v1 API, several
servers, direct URLs, signatures, and clients for other glances.
"""

import io
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import httpx
from oslo_utils import uuidutils

from tracenova import exception, http
from tracenova.conf import CONF
from tracenova.http_message import Response
from tracenova.image import translate

LOG = logging.getLogger(__name__)


class GlanceImageServiceV2:
    """Talks to glance as the request's user.

    Nova: nova/image/glance.py GlanceImageServiceV2
    """

    def show(
        self, context: Any, image_id: str, show_deleted: bool = True
    ) -> dict[str, Any]:
        """Return one image in Nova's shape.

        Raises:
            ImageNotFound: glance does not know it.
            ImageNotAuthorized: it is somebody else's.
            GlanceConnectionFailed: glance does not answer.
        """
        response = _call(context, "GET", "/v2/images/{image_id}", image_id)
        _check(response, image_id)
        image = translate.from_glance(response.json())
        if image["deleted"] and not show_deleted:
            raise exception.ImageNotFound(image_id=image_id)
        return image

    def detail(self, context: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Return every image the user may see."""
        params = translate.query_params(kwargs)
        response = _call(context, "GET", "/v2/images", params=params)
        _check_plain(response)
        return [translate.from_glance(each) for each in response.json()["images"]]

    def download(
        self,
        context: Any,
        image_id: str,
        data: BinaryIO | None = None,
        dst_path: str | Path | None = None,
    ) -> bytes | None:
        """Fetch the image's content into ``dst_path``, into ``data``, or return it."""
        if data is not None:
            self._fetch(context, image_id, data)
            return None
        if dst_path is not None:
            with Path(dst_path).open("wb") as file:
                self._fetch(context, image_id, file)
            return None
        content = io.BytesIO()
        self._fetch(context, image_id, content)
        return content.getvalue()

    def _fetch(self, context: Any, image_id: str, file: BinaryIO) -> None:
        response = _call(
            context, "GET", "/v2/images/{image_id}/file", image_id, stream_to=file
        )
        if response.status_code != httpx.codes.OK:
            file.truncate(0)  # an error's body is no image
        _check(response, image_id)

    def create(
        self, context: Any, image_meta: Mapping[str, Any], data: bytes | None = None
    ) -> dict[str, Any]:
        """Make an image, then upload its content if given, and return it."""
        body = translate.to_glance(image_meta)
        response = _call(context, "POST", "/v2/images", json=body)
        _check_plain(response)
        image = response.json()
        if data is not None:
            _upload(context, image["id"], data)
            return self.show(context, image["id"])
        return translate.from_glance(image)

    def update(
        self,
        context: Any,
        image_id: str,
        image_meta: Mapping[str, Any],
        data: bytes | None = None,
        purge_props: bool = True,
    ) -> dict[str, Any]:
        """Change an image, then upload its content if given, and return it.

        Args:
            context: whose image it is.
            image_id: which one.
            image_meta: in Nova's shape.
            data: its content.
            purge_props: remove the properties that are not named.
        """
        wanted = translate.to_glance(image_meta)
        wanted.pop("id", None)
        changes = [_patch("add", name, value) for name, value in wanted.items()]
        if purge_props:
            known = self.show(context, image_id)["properties"]
            changes += [_patch("remove", name) for name in known if name not in wanted]
        response = _call(
            context,
            "PATCH",
            "/v2/images/{image_id}",
            image_id,
            json=changes,
            headers={"Content-Type": "application/openstack-images-v2.1-json-patch"},
        )
        _check(response, image_id)
        if data is None:
            return translate.from_glance(response.json())
        _upload(context, image_id, data)
        return self.show(context, image_id)

    def delete(self, context: Any, image_id: str) -> None:
        """Delete an image."""
        response = _call(context, "DELETE", "/v2/images/{image_id}", image_id)
        _check(response, image_id)


def _upload(context: Any, image_id: str, data: bytes) -> None:
    response = _call(
        context,
        "PUT",
        "/v2/images/{image_id}/file",
        image_id,
        content=data,
        headers={"Content-Type": "application/octet-stream"},
    )
    _check(response, image_id)


def _patch(operation: str, name: str, value: Any = None) -> dict[str, Any]:
    path = "/" + name.replace("~", "~0").replace("/", "~1")
    change = {"op": operation, "path": path}
    return change if operation == "remove" else {**change, "value": value}


def generate_image_url(image_ref: str | None) -> str:
    """Return where glance shows the image.

    Nova: nova/image/glance.py generate_image_url
    """
    return f"{CONF.glance.api_servers[0]}/images/{image_ref}"


def get_default_image_service() -> GlanceImageServiceV2:
    """Return glance as configured. Nova: nova/image/glance.py."""
    return GlanceImageServiceV2()


def get_remote_image_service(
    context: Any, image_href: str
) -> tuple[GlanceImageServiceV2, str]:
    """Return glance, and the image id that the reference holds.

    Raises:
        InvalidImageRef: the reference is an URL whose end is no id.

    Nova: nova/image/glance.py get_remote_image_service (only this cloud's glance).
    """
    image_id = str(image_href)
    if "/" in image_id:
        image_id = image_id.rstrip("/").rsplit("/", 1)[-1]
        if not uuidutils.is_uuid_like(image_id):
            raise exception.InvalidImageRef(image_href=image_href)
    return get_default_image_service(), image_id


def _call(
    context: Any, method: str, template: str, image_id: str | None = None, **kwargs: Any
) -> Response:
    """Send one request; a lost connection is tried ``num_retries`` times again."""
    server = CONF.glance.api_servers[0]
    client = http.ServiceClient("glance", server)
    path = {"image_id": image_id} if image_id else None
    for remaining in range(CONF.glance.num_retries, -1, -1):
        try:
            return client.request(
                method, template, path=path, context=context, **kwargs
            )
        except exception.NeighbourUnavailable as error:
            LOG.error("Error contacting glance server '%s' for '%s'", server, template)
            if not remaining:
                raise exception.GlanceConnectionFailed(
                    server=server, reason=str(error)
                ) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def _check(response: Response, image_id: str) -> None:
    status = response.status_code
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise exception.ImageNotAuthorized(image_id=image_id)
    if status == httpx.codes.NOT_FOUND:
        raise exception.ImageNotFound(image_id=image_id)
    if status == httpx.codes.BAD_REQUEST:
        raise exception.ImageBadRequest(image_id=image_id, response=f"HTTP {status}")
    _check_plain(response)


def _check_plain(response: Response) -> None:
    status = response.status_code
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise exception.Forbidden
    if status == httpx.codes.NOT_FOUND:
        raise exception.NotFound
    if status == httpx.codes.BAD_REQUEST:
        raise exception.Invalid
    if response.is_error:
        raise exception.GlanceConnectionFailed(
            server=CONF.glance.api_servers[0], reason=f"HTTP {status}"
        )
