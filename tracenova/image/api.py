"""The door to images for the rest of Nova.

Nova: nova/image/api.py. Left out: images of other glances by URL.
"""

from pathlib import Path
from typing import Any

from tracenova.image import glance


class API:
    """Reads, downloads and makes images as the request's user.

    Nova: nova/image/api.py API
    """

    def get_all(self, context: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Return every image the user may see; ``filters`` go to glance."""
        return glance.get_default_image_service().detail(context, **kwargs)

    def get(
        self,
        context: Any,
        id_or_uri: str,
        include_locations: bool = False,
        show_deleted: bool = True,
    ) -> dict[str, Any]:
        """Return one image.

        Raises:
            ImageNotFound: glance does not know it.
            ImageNotAuthorized: it is somebody else's.
            GlanceConnectionFailed: glance does not answer.
        """
        service, image_id = glance.get_remote_image_service(context, id_or_uri)
        return service.show(context, image_id, show_deleted=show_deleted)

    def create(
        self, context: Any, image_info: dict[str, Any], data: bytes | None = None
    ) -> dict[str, Any]:
        """Make an image, with its content if given, and return it."""
        return glance.get_default_image_service().create(context, image_info, data)

    def update(
        self,
        context: Any,
        id_or_uri: str,
        image_info: dict[str, Any],
        data: bytes | None = None,
        purge_props: bool = False,
    ) -> dict[str, Any]:
        """Change an image, with its content if given, and return it."""
        service, image_id = glance.get_remote_image_service(context, id_or_uri)
        return service.update(
            context, image_id, image_info, data, purge_props=purge_props
        )

    def delete(self, context: Any, id_or_uri: str) -> None:
        """Delete an image."""
        service, image_id = glance.get_remote_image_service(context, id_or_uri)
        service.delete(context, image_id)

    def download(
        self,
        context: Any,
        id_or_uri: str,
        data: Any = None,
        dest_path: str | Path | None = None,
    ) -> bytes | None:
        """Fetch the image's content into a file, into an open file, or return it.

        Raises:
            ImageNotFound: glance does not know it.
            GlanceConnectionFailed: glance does not answer.
        """
        service, image_id = glance.get_remote_image_service(context, id_or_uri)
        return service.download(context, image_id, data=data, dst_path=dest_path)
