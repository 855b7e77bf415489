"""What the client is told when a request cannot be answered."""

import logging
from typing import Any

import pytest
import webob
import webob.exc

from tests.unit.api.fakes import (
    OTHER_PROJECT,
    PROJECT,
    SERVER,
    Client,
    FakeComputeAPI,
    server_body,
)
from tracenova import exception
from tracenova.api.openstack import FaultWrapper, extensions, wsgi
from tracenova.wsgi import WSGIApp


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (400, "badRequest"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "itemNotFound"),
        (405, "badMethod"),
        (406, "computeFault"),
        (409, "conflictingRequest"),
        (413, "overLimit"),
        (415, "badMediaType"),
        (429, "overLimit"),
        (500, "computeFault"),
        (501, "notImplemented"),
        (503, "serviceUnavailable"),
    ],
)
def test_a_fault_is_json_under_the_name_of_its_code(code: int, name: str) -> None:
    """Fault: ``{name: {code, message}}``, application/json."""
    fault = wsgi.Fault(wsgi.http_error(code, "why"))
    answer = wsgi.Request.blank("/").get_response(fault)
    assert answer.status_int == code
    assert answer.content_type == "application/json"
    assert answer.json == {name: {"code": code, "message": "why"}}


@pytest.mark.parametrize("code", [413, 429])
def test_an_over_limit_fault_says_when_to_come_back(code: int) -> None:
    """413 and 429 carry Retry-After in the body too."""
    error = wsgi.http_error(code, "slow down")
    error.headers["Retry-After"] = "7"
    answer = wsgi.Request.blank("/").get_response(wsgi.Fault(error))
    assert answer.json["overLimit"]["retryAfter"] == "7"


def raising(error: Exception) -> WSGIApp:
    """Return an application that fails."""

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        raise error

    return app


class SafeError(exception.NovaException):
    msg_fmt = "the text may be shown"
    code = 503
    safe = True


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (RuntimeError("secret"), 500, "server has either erred"),
        (exception.NovaException("secret"), 500, "server has either erred"),
        (exception.FlavorNotFound(flavor_id="x"), 404, "could not be found"),
        (SafeError(), 503, "SafeError: the text may be shown"),
    ],
)
def test_whatever_comes_up_becomes_an_answer(
    error: Exception, code: int, message: str
) -> None:
    """FaultWrapper: the exception's code, its text only if it is safe."""
    answer = wsgi.Request.blank("/").get_response(FaultWrapper(raising(error)))
    assert answer.status_int == code
    assert "secret" not in answer.text
    assert message in next(iter(answer.json.values()))["message"]


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("application/json", 202),
        ("application/json; charset=UTF-8", 202),
        ("application/vnd.openstack.compute+json", 202),
        ("text/plain", 202),
        ("", 202),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/html", 415),
    ],
)
def test_the_body_must_be_declared_as_json(
    user: Client, content_type: str, code: int
) -> None:
    """Anything but JSON is 415; no type and text/plain are let pass."""
    answer = user(
        "POST", "/servers", server_body(), headers={"Content-Type": content_type}
    )
    assert answer.status_int == code


@pytest.mark.parametrize(
    "raw",
    [b"{", b"not json", b"\xff\xfe\x00", b'{"server": ', b"[" * 50_000],
)
def test_a_body_that_is_no_json_is_malformed(user: Client, raw: bytes) -> None:
    """MalformedRequestBody: 400 with just this text."""
    answer = user("POST", "/servers", raw=raw)
    assert answer.status_int == 400
    assert answer.json["badRequest"]["message"] == "Malformed request body"


@pytest.mark.parametrize("raw", [b"{}", b"[]", b'"text"', b"3", b"null", b"true"])
def test_a_body_of_the_wrong_shape_breaks_the_schema(user: Client, raw: bytes) -> None:
    """Valid JSON that is no server is refused by the schema: 400."""
    assert user("POST", "/servers", raw=raw).status_int == 400


def test_an_empty_body_is_none(user: Client) -> None:
    """A POST without a body reaches the schema as None: 400."""
    answer = user("POST", "/servers", raw=b"")
    assert answer.status_int == 400
    assert "None is not of type 'object'" in answer.json["badRequest"]["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"fly": {}}, "There is no such action: fly"),
        ({}, "Malformed request body"),
        ({"add_host": {}, "fly": {}}, "Malformed request body"),
        ([1], "Malformed request body"),
        ("add_host", "Malformed request body"),
    ],
)
def test_an_action_is_named_by_the_one_key_of_its_body(
    admin: Client, body: Any, message: str
) -> None:
    """An unknown action, or not exactly one key: 400."""
    answer = admin("POST", "/os-aggregates/1/action", body)
    assert answer.status_int == 400
    assert answer.json["badRequest"]["message"] == message


@pytest.mark.parametrize("version", ["2.1", "2.38"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("PATCH", "/servers"),
        ("PUT", "/os-hypervisors/1"),
        ("GET", f"/servers/{SERVER}/metadata/x/y"),
        ("GET", "/os-cells"),
    ],
)
def test_what_is_not_there_is_not_found(
    user: Client, method: str, path: str, version: str
) -> None:
    """No route, or no method of the controller: 404."""
    assert user(method, path, version=version).status_int == 404


@pytest.mark.parametrize(
    ("project", "code"), [(OTHER_PROJECT, 400), ("zzz", 404), ("a'b", 404), ("", 404)]
)
def test_the_project_of_the_url_must_be_the_users_own(
    app: WSGIApp, project: str, code: int
) -> None:
    """Another project's id is 400; what is no project id matches no route."""
    request = webob.Request.blank(f"/v2.1/{project}/servers")
    request.headers["X-Auth-Token"] = f"demo:{PROJECT}"
    answer = request.get_response(app)
    assert answer.status_int == code
    if code == 400:
        assert "doesn't match Context's project_id" in answer.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (webob.exc.HTTPConflict(), 409),
        (webob.exc.HTTPGone(), 500),
        (exception.PolicyNotAuthorized(action="x"), 403),
        (exception.ValidationError(detail="x"), 400),
        (exception.Unauthorized(), 401),
        (exception.InvalidImageConfigDrive(config_drive="x"), 500),
        (exception.InstanceNotFound(instance_id="x"), 500),
        (KeyError("x"), 500),
        (TypeError("x"), 500),
    ],
)
def test_an_unexpected_error_is_an_unexpected_api_error(
    error: Exception, code: int
) -> None:
    """expected_errors: what is not in the list is 500, however fitting its own code."""

    class Failing(wsgi.Controller):
        @extensions.expected_errors(409)
        def show(self, req: wsgi.Request) -> None:
            """Fail."""
            raise error

    request = wsgi.Request.blank("/")
    request.environ["wsgiorg.routing_args"] = ((), {"action": "show"})
    app = FaultWrapper(wsgi.ResourceV21(Failing()))
    answer = request.get_response(app)
    assert answer.status_int == code
    if code == 500:
        message = answer.json["computeFault"]["message"]
        assert message.startswith("Unexpected API Error.")
        assert type(error).__name__ in message


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (exception.Forbidden("no"), 403),
        (exception.InvalidInput(reason="no"), 400),
        (TypeError("arguments"), 400),
        (webob.exc.HTTPGone(), 410),
        (exception.VersionNotFoundForAPIMethod(version="2.1"), 404),
        (RuntimeError("boom"), 500),
    ],
)
def test_the_resource_translates_what_a_controller_raises(
    error: Exception, code: int
) -> None:
    """ResourceExceptionHandler: Forbidden 403, Invalid its own code, TypeError 400."""

    class Failing(wsgi.Controller):
        def show(self, req: wsgi.Request) -> None:
            """Fail."""
            raise error

    request = wsgi.Request.blank("/")
    request.environ["wsgiorg.routing_args"] = ((), {"action": "show"})
    answer = request.get_response(FaultWrapper(wsgi.ResourceV21(Failing())))
    assert answer.status_int == code


def test_secrets_of_a_request_are_not_logged(
    user: Client, compute_api: FakeComputeAPI, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither passwords nor user data nor tokens reach a log, whatever happens."""
    caplog.set_level(logging.DEBUG)
    user("POST", "/servers", server_body(adminPass="hunter2", user_data="aHVudGVyMg=="))
    compute_api.error = RuntimeError("database gone")
    user("POST", "/servers", server_body(adminPass="hunter2"))
    user("POST", "/servers", server_body(adminPass={"hunter2": 1}))
    assert "hunter2" not in caplog.text
    assert "aHVudGVyMg==" not in caplog.text
