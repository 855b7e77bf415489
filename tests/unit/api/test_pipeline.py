"""The paste pipeline: which filters, in which order, and what each leaves behind."""

import re
from typing import Any

import pytest
import webob

from tests.unit.api.fakes import PROJECT, Client, FakeComputeAPI, server_body
from tracenova import exception, wsgi
from tracenova.wsgi import WSGIApp

REQUEST_ID = re.compile(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def filters_of(app: Any) -> list[str]:
    """Return the class names from the outermost filter to the application."""
    names = []
    while app is not None:
        names.append(type(app).__name__)
        app = getattr(app, "application", None)
    return names


@pytest.mark.parametrize(
    ("strategy", "prefix", "expected"),
    [
        ("noauth2", "/v2.1", ["NoAuthMiddleware"]),
        ("noauth2", "/v2", ["NoAuthMiddleware", "LegacyV2CompatibleWrapper"]),
        ("keystone", "/v2.1", ["AuthProtocol", "NovaKeystoneContext"]),
        (
            "keystone",
            "/v2",
            ["AuthProtocol", "NovaKeystoneContext", "LegacyV2CompatibleWrapper"],
        ),
    ],
)
def test_the_filters_stand_in_novas_order(
    settings: Any,
    compute_api: FakeComputeAPI,
    monkeypatch: pytest.MonkeyPatch,
    strategy: str,
    prefix: str,
    expected: list[str],
) -> None:
    """api-paste.ini: cors, proxy, request id, faults, size, identity, application."""
    settings.set_override("auth_strategy", strategy)
    monkeypatch.setattr(
        "tracenova.api.service_token.ServiceToken.fetch_early", lambda _: None
    )
    urlmap: Any = wsgi.Loader().load_app("osapi_compute")
    assert filters_of(dict(urlmap.applications)[prefix]) == [
        "CORS",
        "HTTPProxyToWSGI",
        "ComputeReqIdMiddleware",
        "FaultWrapper",
        "RequestBodySizeLimiter",
        *expected,
        "APIRouterV21",
    ]


def test_every_answer_names_its_request(user: Client) -> None:
    """compute_req_id gives each request an id of its own and tells the client."""
    first, second = user("GET", "/servers"), user("GET", "/servers")
    ids = [answer.headers["x-compute-request-id"] for answer in (first, second)]
    assert all(REQUEST_ID.fullmatch(request_id) for request_id in ids)
    assert ids[0] != ids[1]
    assert first.headers["x-openstack-request-id"] == ids[0]


def test_a_client_cannot_choose_the_request_id(user: Client) -> None:
    """Newton makes a new id whatever the client sends."""
    answer = user("GET", "/servers", headers={"X-OpenStack-Request-ID": "req-mine"})
    assert answer.headers["x-compute-request-id"] != "req-mine"


@pytest.mark.parametrize(
    ("path", "route"),
    [
        (f"/v2.1/{PROJECT}/servers", "/v2.1/{project_id}/servers"),
        ("/v2.1/servers", "/v2.1/servers"),
        (f"/v2.1/{PROJECT}/servers/abc", "/v2.1/{project_id}/servers/{id}"),
        (f"/v2.1/{PROJECT}/servers/detail", "/v2.1/{project_id}/servers/detail"),
        (
            f"/v2.1/{PROJECT}/servers/abc/os-instance-actions/req-1",
            "/v2.1/{project_id}/servers/{server_id}/os-instance-actions/{id}",
        ),
        (f"/v2/{PROJECT}/flavors/1", "/v2/{project_id}/flavors/{id}"),
        ("/v2.1/", "/v2.1/"),
    ],
)
def test_the_matched_route_is_left_in_the_environ(
    app: WSGIApp, path: str, route: str
) -> None:
    """Spans are named by route, not by URL, so that like requests are alike."""
    request = webob.Request.blank(path, headers={"X-Auth-Token": f"demo:{PROJECT}"})
    request.get_response(app)
    assert request.environ["tracenova.route"] == route


def test_a_body_over_112_kib_is_refused(user: Client) -> None:
    """RequestBodySizeLimiter: more than 114688 bytes are 413."""
    answer = user("POST", "/servers", server_body(user_data="A" * 120_000))
    assert answer.status_int == 413


def test_cors_answers_for_allowed_origins_only(
    settings: Any, compute_api: FakeComputeAPI
) -> None:
    """The cors filter reads this service's own nova.conf."""
    settings.set_override("auth_strategy", "noauth2")
    wsgi.Loader().load_app("osapi_compute")
    settings.set_override("allowed_origin", ["http://horizon"], group="cors")
    client = Client(wsgi.Loader().load_app("osapi_compute"))
    allowed = client("GET", "/servers", headers={"Origin": "http://horizon"})
    refused = client("GET", "/servers", headers={"Origin": "http://elsewhere"})
    assert allowed.headers["Access-Control-Allow-Origin"] == "http://horizon"
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_without_a_token_noauth2_hands_one_out(app: WSGIApp) -> None:
    """NoAuthMiddleware: 204 with the token ``user:project`` of the headers."""
    request = webob.Request.blank("/v2.1/", headers={"X-Auth-User": "demo"})
    answer = request.get_response(app)
    assert answer.status_int == 204
    assert answer.headers["X-Auth-Token"] == "demo:admin"


def test_the_empty_path_leads_to_the_version_document(app: WSGIApp) -> None:
    """``/v2.1`` redirects to ``/v2.1/``, which tells the microversions."""
    token = {"X-Auth-Token": "demo:demo"}
    moved = webob.Request.blank("/v2.1", headers=token).get_response(app)
    assert moved.status_int == 302
    shown = webob.Request.blank("/v2.1/", headers=token).get_response(app)
    assert shown.json["version"]["version"] == "2.38"
    assert shown.json["version"]["min_version"] == "2.1"


def test_the_root_lists_the_versions_without_a_token(app: WSGIApp) -> None:
    """The versions application stands before any identity filter."""
    answer = webob.Request.blank("/").get_response(app)
    assert [version["id"] for version in answer.json["versions"]] == ["v2.0", "v2.1"]
    elsewhere = webob.Request.blank("/v3/servers").get_response(app)
    assert elsewhere.status_int == 300
    assert elsewhere.json["choices"][1]["links"][0]["href"].endswith("/v2.1/v3/servers")


def test_an_unknown_application_or_file_is_reported(settings: Any) -> None:
    """The loader says which name, or which path, it cannot find."""
    with pytest.raises(exception.PasteAppNotFound, match="metadata"):
        wsgi.Loader().load_app("metadata")
    with pytest.raises(exception.ConfigNotFound, match="/nowhere"):
        wsgi.Loader("/nowhere/api-paste.ini")


def test_the_server_answers_on_a_port(app: WSGIApp) -> None:
    """nova-api listens on osapi_compute_listen_port; 0 picks a free one."""
    import httpx

    server = wsgi.Server("osapi_compute", app, host="127.0.0.1")
    server.start()
    try:
        answer = httpx.get(f"http://127.0.0.1:{server.port}/", trust_env=False)
        assert answer.json()["versions"][1]["id"] == "v2.1"
    finally:
        server.stop()
        server.wait()
