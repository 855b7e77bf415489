"""Which microversion a request gets, and what the answer says about it."""

import pytest

from tests.unit.api.fakes import Client, FakeComputeAPI
from tracenova import exception
from tracenova.api.openstack import wsgi
from tracenova.api.openstack.api_version_request import APIVersionRequest

NEW = "OpenStack-API-Version"
LEGACY = "X-OpenStack-Nova-API-Version"


@pytest.mark.parametrize(
    ("headers", "answered"),
    [
        ({}, "2.1"),
        ({NEW: "compute 2.1"}, "2.1"),
        ({NEW: "compute 2.38"}, "2.38"),
        ({NEW: "compute latest"}, "2.38"),
        ({NEW: "COMPUTE LATEST"}, "2.38"),
        ({NEW: "volume 3.0, compute 2.19"}, "2.19"),
        ({NEW: "compute 2.10, compute 2.11"}, "2.11"),
        ({NEW: "volume 3.0"}, "2.1"),
        ({LEGACY: "2.19"}, "2.19"),
        ({LEGACY: "latest"}, "2.38"),
        ({NEW: "compute 2.20", LEGACY: "2.19"}, "2.20"),
        ({NEW: "volume 3.0", LEGACY: "2.19"}, "2.19"),
    ],
)
def test_both_headers_choose_the_version(
    user: Client, headers: dict[str, str], answered: str
) -> None:
    """The new header wins over the old one; without any it is 2.1; latest is 2.38."""
    answer = user("GET", "/servers", headers=headers)
    assert answer.status_int == 200
    assert answer.headers[NEW] == f"compute {answered}"
    assert answer.headers[LEGACY] == answered
    assert set(answer.headers.getall("Vary")) >= {NEW, LEGACY}


@pytest.mark.parametrize(
    "text", ["2", "2.", "x", "2.01", "-2.1", "2.1.1", "2.١", "0.1"]
)
def test_a_malformed_version_is_a_bad_request(user: Client, text: str) -> None:
    """InvalidAPIVersionString: 400, and the answer names the text."""
    if not text.isascii():
        with pytest.raises(exception.InvalidAPIVersionString):
            APIVersionRequest(text)
        return
    answer = user("GET", "/servers", headers={LEGACY: text})
    assert answer.status_int == 400
    assert f"API Version String {text}" in answer.json["badRequest"]["message"]
    assert NEW not in answer.headers


@pytest.mark.parametrize(
    "text", ["1.0", "2.0", "2.39", "3.0", "2.99999999999999999999"]
)
def test_a_version_out_of_range_is_not_acceptable(user: Client, text: str) -> None:
    """InvalidGlobalAPIVersion: 406 with the range in its text."""
    answer = user("GET", "/servers", version=text)
    assert answer.status_int == 406
    message = answer.json["computeFault"]["message"]
    assert "Minimum is 2.1 and maximum is 2.38" in message


def test_legacy_v2_knows_no_versions(user: Client) -> None:
    """By /v2 the headers mean nothing, and the answer has none."""
    answer = user("GET", "/servers", version="2.99", prefix="/v2")
    assert answer.status_int == 200
    assert NEW not in answer.headers
    assert LEGACY not in answer.headers
    assert "Vary" not in answer.headers


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("2.1", set()),
        ("2.8", set()),
        ("2.9", {"locked"}),
        ("2.18", {"locked"}),
        ("2.19", {"locked", "description"}),
        ("2.25", {"locked", "description"}),
        ("2.26", {"locked", "description", "tags"}),
        ("2.38", {"locked", "description", "tags"}),
    ],
)
def test_a_server_shows_more_from_version_to_version(
    user: Client, version: str, fields: set[str]
) -> None:
    """2.9 locked, 2.19 description, 2.26 tags."""
    server = user("GET", "/servers/detail", version=version).json["servers"][0]
    assert {"locked", "description", "tags"} & set(server) == fields


def test_methods_of_overlapping_versions_are_a_mistake() -> None:
    """Controller.api_version: two methods may not answer the same version."""
    with pytest.raises(exception.ApiVersionsIntersect):

        class Overlapping(wsgi.Controller):
            @wsgi.Controller.api_version("2.1", "2.5")
            def show(self, req: wsgi.Request) -> None:
                """Answer early versions."""

            @wsgi.Controller.api_version("2.5", name="show")
            def show_later(self, req: wsgi.Request) -> None:
                """Answer later versions."""


def test_a_version_compares_by_number_not_by_text() -> None:
    """2.10 is later than 2.9; null is before every version and open as an end."""
    early, late, null = map(APIVersionRequest, ("2.9", "2.10", None))
    assert early < late
    assert early.matches(null, null)
    assert late.matches(early, null)
    assert not early.matches(late, null)
    with pytest.raises(ValueError, match="null"):
        null.matches(early, late)
    with pytest.raises(ValueError, match="null"):
        null.get_string()


def test_force_down_is_unknown_before_its_version(
    admin: Client, compute_api: FakeComputeAPI
) -> None:
    """force-down exists from 2.11 on: before, the action is unknown."""
    body = {"host": "compute1", "binary": "nova-compute", "forced_down": True}
    refused = admin("PUT", "/os-services/force-down", body, version="2.10")
    assert refused.status_int == 400
    del body["forced_down"]
    unknown = admin("PUT", "/os-services/force-down", body, version="2.10")
    assert unknown.status_int == 404
