"""Images as Nova sees them, against the lab's glance."""

import datetime
from typing import Any

import pytest

from tests.unit.virt.support import acting_compute, neighbourhood, recording
from tracenova import exception, image
from tracenova.image import translate

IMAGE = {
    "name": "guest",
    "disk_format": "raw",
    "container_format": "bare",
    "visibility": "public",
    "min_ram": 64,
    "min_disk": 0,
    "hw_disk_bus": "virtio",
}


@pytest.fixture
def around() -> Any:
    """Run the neighbours."""
    with neighbourhood() as around:
        yield around


def test_an_image_comes_in_nova_s_shape(around):
    """Base keys stay, unknown ones are properties, times are times."""
    image_id = around.glance.add(IMAGE, b"x" * 10, around.context().project_id)
    with recording() as trace:
        found = image.API().get(around.context(), image_id)
    assert trace.calls() == ["GET /v2/images/{image_id}"]
    assert found["id"] == image_id
    assert (found["status"], found["size"], found["min_ram"]) == ("active", 10, 64)
    assert found["is_public"] is True
    assert found["properties"]["hw_disk_bus"] == "virtio"
    assert isinstance(found["created_at"], datetime.datetime)


def test_an_unknown_image_is_not_found(around):
    """ImageNotFound is a 404."""
    with pytest.raises(exception.ImageNotFound):
        image.API().get(around.context(), "nowhere")


def test_an_image_without_a_token_is_not_authorized(around):
    """Glance's 401 and 403 are Nova's ImageNotAuthorized."""
    context = around.context()
    context.auth_token = "expired"
    with pytest.raises(exception.ImageNotAuthorized):
        image.API().get(context, "any")


def test_a_download_goes_into_the_file(around, tmp_path):
    """The content streams into dest_path, hop 68."""
    image_id = around.glance.add(IMAGE, b"content", around.context().project_id)
    with recording() as trace:
        image.API().download(around.context(), image_id, dest_path=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b"content"
    assert trace.calls() == ["GET /v2/images/{image_id}/file"]


def test_an_error_is_never_taken_for_an_image(around, tmp_path):
    """What glance says of a missing image does not stay in the file."""
    with pytest.raises(exception.ImageNotFound):
        image.API().download(around.context(), "nowhere", dest_path=tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b""


def test_a_created_image_with_content_is_active(around):
    """POST, then PUT of the content, then it is shown again."""
    created = image.API().create(
        around.context(),
        {"name": "new", "disk_format": "raw", "container_format": "bare"},
        b"abc",
    )
    assert (created["status"], created["size"]) == ("active", 3)
    assert image.API().download(around.context(), created["id"]) == b"abc"


def test_nobody_at_glance_s_address_is_a_failed_connection():
    """GlanceConnectionFailed says which server."""
    context = type("C", (), {"auth_token": "t", "request_id": "r"})()
    with (
        acting_compute(glance__api_servers=["http://127.0.0.1:9"]),
        pytest.raises(exception.GlanceConnectionFailed, match=r"127\.0\.0\.1:9"),
    ):
        image.API().get(context, "any")


def test_nova_s_image_goes_to_glance_flat():
    """Properties become keys with text values; what glance decides is left out."""
    sent = translate.to_glance(
        {
            "name": "n",
            "status": "active",
            "size": 3,
            "is_public": False,
            "min_ram": "64",
            "properties": {"a": 1, "block_device_mapping": [{"x": 1}], "b": None},
        }
    )
    assert sent == {
        "name": "n",
        "visibility": "private",
        "min_ram": 64,
        "a": "1",
        "block_device_mapping": '[{"x": 1}]',
        "b": None,
    }


def test_filters_become_a_v2_query():
    """changes-since and is_public have other names in v2."""
    params = translate.query_params(
        {
            "limit": 5,
            "filters": {
                "is_public": "true",
                "changes-since": "2016",
                "property-os": "linux",
            },
        }
    )
    assert params == {
        "limit": "5",
        "visibility": "public",
        "updated_at": "gte:2016",
        "os": "linux",
    }
