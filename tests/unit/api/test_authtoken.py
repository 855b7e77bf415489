"""authtoken and keystonecontext: from a token to a request context."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import webob
import webob.dec

from tests.unit.api.fakes import PROJECT, FakeComputeAPI
from tracenova import http, identity, wsgi
from tracenova.api.auth import NovaKeystoneContext
from tracenova.api.authtoken import AuthProtocol, TokenCache
from tracenova.trace import names

KEYSTONE = "http://keystone-of-test:5000"
CATALOG = [
    {
        "type": "volumev2",
        "name": "cinderv2",
        "endpoints": [
            {"interface": "public", "region": "RegionOne", "url": "http://cinder/p"},
            {"interface": "internal", "region": "RegionOne", "url": "http://cinder/i"},
        ],
    }
]


class FakeKeystone:
    """Issues numbered service tokens, knows the user's token ``good``."""

    def __init__(self) -> None:
        self.log_ins = 0
        self.validations: list[str] = []
        self.expires_at = "2999-01-01T00:00:00.000000Z"
        self.service_token_expires_at = "2999-01-01T00:00:00.000000Z"
        self.valid_service_tokens = {"service-1", "service-2"}
        self.down = False

    @webob.dec.wsgify
    def __call__(self, req: webob.Request) -> webob.Response:
        """Answer POST (log in) and GET (validate) /v3/auth/tokens."""
        if self.down:
            return webob.Response(status=500)
        if req.method == "POST":
            return self._log_in(req)
        if req.headers["X-Auth-Token"] not in self.valid_service_tokens:
            return webob.Response(status=401)
        self.validations.append(req.headers["X-Subject-Token"])
        if req.headers["X-Subject-Token"] != "good":
            return webob.Response(status=404)
        token = {
            "expires_at": self.expires_at,
            "user": {"id": "u-1", "name": "demo"},
            "project": {"id": PROJECT, "name": "demo"},
            "roles": [{"name": "Member"}, {"name": "auditor"}],
            "catalog": CATALOG,
        }
        return webob.Response(json={"token": token})

    def _log_in(self, req: webob.Request) -> webob.Response:
        user = req.json["auth"]["identity"]["password"]["user"]
        if user["password"] != "nova":
            return webob.Response(status=401)
        self.log_ins += 1
        return webob.Response(
            status=201,
            headers={"X-Subject-Token": f"service-{self.log_ins}"},
            json={"token": {"expires_at": self.service_token_expires_at}},
        )


@pytest.fixture
def keystone(settings: Any) -> Iterator[FakeKeystone]:
    """Mount a keystone at the configured address."""
    settings.set_override("auth_uri", KEYSTONE, group="keystone_authtoken")
    fake = FakeKeystone()
    http.mount(KEYSTONE, fake, identity.ServiceIdentity("keystone", "k"))
    yield fake
    http.unmount(KEYSTONE)


@webob.dec.wsgify
def show_headers(req: webob.Request) -> webob.Response:
    """Answer with what the filter has found out."""
    return webob.Response(json=dict(req.headers))


def ask(app: wsgi.WSGIApp, token: str | None, **headers: str) -> webob.Response:
    """Send one request with the token."""
    request = webob.Request.blank("/", headers=headers)
    if token is not None:
        request.headers["X-Auth-Token"] = token
    return request.get_response(app)


def test_a_valid_token_is_turned_into_headers(keystone: FakeKeystone) -> None:
    """authtoken writes user, project, roles and the catalog of one URL a kind."""
    shown = ask(AuthProtocol(show_headers), "good").json
    assert shown["X-Identity-Status"] == "Confirmed"
    assert shown["X-User-Id"] == "u-1"
    assert shown["X-Project-Id"] == PROJECT
    assert shown["X-Roles"] == "Member,auditor"
    (service,) = json.loads(shown["X-Service-Catalog"])
    assert service["endpoints"] == [
        {
            "region": "RegionOne",
            "publicURL": "http://cinder/p",
            "internalURL": "http://cinder/i",
        }
    ]


def test_a_token_is_validated_once_in_300_seconds(keystone: FakeKeystone) -> None:
    """The answer is cached; only the first request with a token is a hop."""
    app = AuthProtocol(show_headers)
    for _ in range(3):
        assert ask(app, "good").status_int == 200
    assert keystone.validations == ["good"]
    assert keystone.log_ins == 1


def test_the_service_logs_in_before_the_first_request(keystone: FakeKeystone) -> None:
    """The service token is there when the pipeline is, so that no boot shows it."""
    AuthProtocol(show_headers)
    assert (keystone.log_ins, keystone.validations) == (1, [])


@pytest.mark.parametrize("token", [None, "", "bad", "x" * 5000, "a b", "t\u00f6ken"])
def test_without_a_valid_token_it_is_unauthorized(
    keystone: FakeKeystone, token: str | None
) -> None:
    """401, and WWW-Authenticate tells where tokens come from."""
    answer = ask(AuthProtocol(show_headers), token)
    assert answer.status_int == 401
    assert answer.headers["WWW-Authenticate"] == f'Keystone uri="{KEYSTONE}"'


def test_an_expired_token_is_refused_although_cached(keystone: FakeKeystone) -> None:
    """expires_at counts, not the age in the cache."""
    keystone.expires_at = "2016-01-01T00:00:00.000000Z"
    app = AuthProtocol(show_headers)
    assert ask(app, "good").status_int == 401
    assert ask(app, "good").status_int == 401


def test_forged_identity_headers_are_removed(keystone: FakeKeystone) -> None:
    """What the client itself sends as X-Roles is not believed."""
    headers = {"X-Roles": "admin", "X-User-Id": "root"}
    shown = ask(AuthProtocol(show_headers), "good", **headers).json
    assert (shown["X-Roles"], shown["X-User-Id"]) == ("Member,auditor", "u-1")


def test_a_forgotten_service_token_is_renewed(keystone: FakeKeystone) -> None:
    """Keystone answers 401 to the service itself: log in again, ask again."""
    app = AuthProtocol(show_headers)
    keystone.valid_service_tokens = {"service-2"}
    assert ask(app, "good").status_int == 200
    assert keystone.log_ins == 2


def test_a_service_token_is_renewed_before_it_expires(keystone: FakeKeystone) -> None:
    """A minute before the end the service logs in again."""
    keystone.service_token_expires_at = "2016-01-01T00:00:00.000000Z"
    app = AuthProtocol(show_headers)
    assert ask(app, "good").status_int == 200
    assert keystone.log_ins == 2


def test_a_broken_keystone_is_unavailable(
    keystone: FakeKeystone, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither at the start nor later does it stop the service: 503, no token logged."""
    keystone.down = True
    app = AuthProtocol(show_headers)
    assert ask(app, "good").status_int == 503
    keystone.down = False
    assert ask(app, "good").status_int == 200
    assert "good" not in caplog.text


def test_the_cache_forgets_after_its_time() -> None:
    """token_cache_time; negative: nothing is kept."""
    now = [0.0]
    cache = TokenCache(300, clock=lambda: now[0])
    cache.put("t", {"a": 1})
    now[0] = 299.0
    assert cache.get("t") == {"a": 1}
    now[0] = 300.0
    assert cache.get("t") is None
    never = TokenCache(-1, clock=lambda: 0.0)
    never.put("t", {"a": 1})
    assert never.get("t") is None


def context_of(**headers: str) -> Any:
    """Return the context that keystonecontext makes of the headers, or the answer."""
    found = []

    @webob.dec.wsgify
    def app(req: webob.Request) -> webob.Response:
        found.append(req.environ["nova.context"])
        return webob.Response()

    request = webob.Request.blank("/", headers=headers)
    request.environ["openstack.request_id"] = "req-1"
    answer = request.get_response(NovaKeystoneContext(app))
    return found[0] if found else answer


def test_the_context_holds_what_the_headers_say(settings: Any) -> None:
    """NovaKeystoneContext: user, project, roles, token, catalog, request id."""
    context = context_of(
        **{
            "X-User-Id": "u-1",
            "X-Project-Id": PROJECT,
            "X-Roles": "Member, auditor",
            "X-Auth-Token": "good",
            "X-Service-Catalog": json.dumps([{"type": "volumev2"}, {"type": "x"}]),
        }
    )
    assert (context.user_id, context.project_id) == ("u-1", PROJECT)
    assert context.roles == ["Member", "auditor"]
    assert context.auth_token == "good"
    assert context.request_id == "req-1"
    assert context.service_catalog == [{"type": "volumev2"}]
    assert not context.is_admin


def test_the_role_makes_the_administrator(settings: Any) -> None:
    """Rule context_is_admin: role:admin."""
    headers = {"X-User-Id": "u", "X-Project-Id": PROJECT, "X-Roles": "admin"}
    assert context_of(**headers).is_admin


def test_nobody_is_unauthorized(settings: Any) -> None:
    """No user id in the headers: 401."""
    assert context_of().status_int == 401


def test_a_broken_catalog_is_our_own_fault(settings: Any) -> None:
    """X_SERVICE_CATALOG that is no JSON: 500."""
    answer = context_of(**{"X-User-Id": "u", "X-Service-Catalog": "{"})
    assert answer.status_int == 500


def test_the_forwarded_address_counts_only_if_configured(settings: Any) -> None:
    """use_forwarded_for."""
    headers = {"X-User-Id": "u", "X-Forwarded-For": "192.0.2.7"}
    assert context_of(**headers).remote_address != "192.0.2.7"
    settings.set_override("use_forwarded_for", True)
    assert context_of(**headers).remote_address == "192.0.2.7"


def test_the_whole_pipeline_asks_keystone(
    settings: Any, keystone: FakeKeystone, compute_api: FakeComputeAPI
) -> None:
    """From token to list of servers; without a token 401 before any controller."""
    app = wsgi.Loader().load_app("osapi_compute")
    url = f"/v2.1/{PROJECT}/servers"
    known = webob.Request.blank(url, headers={"X-Auth-Token": "good"})
    assert known.get_response(app).status_int == 200
    assert compute_api.last("get_all")["context"].user_id == "u-1"
    assert webob.Request.blank(url).get_response(app).status_int == 401


def test_the_validation_is_one_hop_of_the_trace(keystone: FakeKeystone) -> None:
    """Hop 2 of a boot: ``GET /v3/auth/tokens (validate X-Auth-Token)``."""
    from tracenova.testing import capture_trace

    app = AuthProtocol(show_headers)
    with capture_trace() as captured:
        ask(app, "good")
        ask(app, "good")
    clients = [span for span in captured.spans if span.kind == "client"]
    assert [span.attributes[names.URL_TEMPLATE] for span in clients] == [
        "/v3/auth/tokens (validate X-Auth-Token)"
    ]
