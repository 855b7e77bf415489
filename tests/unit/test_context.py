"""The request context: travels whole, shows no token, elevates a copy."""

import pytest

from tracenova import context, exception


def make_context(**kwargs: object) -> context.RequestContext:
    """A plain user's context."""
    values = {"is_admin": False, "roles": ["member"], "auth_token": "gAAAA-secret"}
    return context.RequestContext("demo-user", "demo", **{**values, **kwargs})  # type: ignore[arg-type]


def test_to_dict_and_from_dict_are_inverse() -> None:
    """Rule: the receiver of a message has the sender's context, token included."""
    sent = make_context(read_deleted="yes", remote_address="10.1.2.3", quota_class="x")
    received = context.RequestContext.from_dict(sent.to_dict())
    assert received.to_dict() == sent.to_dict()
    assert received.auth_token == "gAAAA-secret"


def test_unknown_keys_of_a_newer_sender_are_ignored() -> None:
    """Rule: trace carriers and newer fields in the dict do not disturb."""
    values = {**make_context().to_dict(), "traceparent": "00-1-2-01", "new": 1}
    assert context.RequestContext.from_dict(values).project_id == "demo"


@pytest.mark.parametrize("show", [str, repr])
def test_the_token_is_never_shown(show: type) -> None:
    """Rule: a context in a log line must not give the token away."""
    assert "secret" not in show(make_context())


def test_elevated_is_a_copy_with_the_admin_role() -> None:
    """Rule: elevating leaves the user's own context and its roles alone."""
    ours = make_context()
    admin = ours.elevated(read_deleted="only")
    assert (admin.is_admin, admin.roles) == (True, ["member", "admin"])
    assert (ours.is_admin, ours.roles, ours.read_deleted) == (False, ["member"], "no")
    assert admin.request_id == ours.request_id


def test_only_the_endpoints_nova_uses_are_kept_of_the_catalog() -> None:
    """Rule: volume, volumev2, key-manager and placement; the catalog travels often."""
    types = ["compute", "volumev2", "identity", "placement", "volume", "key-manager"]
    kept = make_context(service_catalog=[{"type": kind} for kind in types])
    assert [service["type"] for service in kept.service_catalog] == [
        "volumev2",
        "placement",
        "volume",
        "key-manager",
    ]


def test_read_deleted_knows_three_words() -> None:
    """Rule: anything but no, yes, only is a programming error."""
    with pytest.raises(ValueError, match="maybe"):
        make_context(read_deleted="maybe")


def test_a_bad_user_is_told_from_an_admin_and_from_nobody() -> None:
    """Rule: is_user_context means an ordinary user with a project."""
    assert context.is_user_context(make_context())
    assert not context.is_user_context(context.get_admin_context())
    assert not context.is_user_context(None)
    with pytest.raises(exception.AdminRequired):
        context.require_admin_context(make_context())
    with pytest.raises(exception.Forbidden):
        context.authorize_project_context(make_context(), "other")
    context.authorize_project_context(context.get_admin_context(), "other")
