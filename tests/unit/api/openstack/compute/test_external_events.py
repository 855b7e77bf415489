"""POST /os-server-external-events: neutron tells about ports."""

from typing import Any

import pytest

from tests.unit.api.fakes import (
    PORT,
    SERVER,
    Client,
    FakeComputeAPI,
    make_instance,
)
from tracenova import exception, objects

UNKNOWN = "00000000-0000-4000-8000-000000000000"
HOMELESS = "00000000-0000-4000-8000-000000000001"
PATH = "/os-server-external-events"


def event(server_uuid: str = SERVER, **changes: Any) -> dict[str, Any]:
    """Return one event as neutron sends it."""
    words = {"server_uuid": server_uuid, "name": "network-vif-plugged", "tag": PORT}
    return {**words, **changes}


@pytest.fixture(autouse=True)
def instances(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Know one server on a host and one without; note what is read."""
    read: list[str] = []
    known = {SERVER: make_instance(), HOMELESS: make_instance(HOMELESS, host=None)}

    def get_by_uuid(context: Any, uuid: str, expected_attrs: list[str]) -> Any:
        read.append(uuid)
        assert expected_attrs == ["migration_context", "info_cache"]
        if uuid not in known:
            raise exception.InstanceNotFound(instance_id=uuid)
        return known[uuid]

    monkeypatch.setattr(objects.Instance, "get_by_uuid", get_by_uuid)
    return read


def test_an_event_is_passed_on_to_the_servers_host(
    admin: Client, compute_api: FakeComputeAPI
) -> None:
    """200; the status is completed unless said otherwise."""
    answer = admin("POST", PATH, {"events": [event()]})
    assert answer.status_int == 200
    assert answer.json["events"] == [event(status="completed", code=200)]
    args = compute_api.last("external_instance_event")
    (passed,) = args["events"]
    assert (passed.name, passed.tag) == ("network-vif-plugged", PORT)
    assert passed.status == "completed"
    assert [instance.uuid for instance in args["instances"]] == [SERVER]


def test_every_event_has_a_code_of_its_own(
    admin: Client, compute_api: FakeComputeAPI
) -> None:
    """207: 200 for a server on a host, 404 for none, 422 for one without a host."""
    events = [event(), event(UNKNOWN), event(HOMELESS), event(status="failed")]
    answer = admin("POST", PATH, {"events": events})
    assert answer.status_int == 207
    shown = [(e["code"], e["status"]) for e in answer.json["events"]]
    assert shown == [
        (200, "completed"),
        (404, "failed"),
        (422, "failed"),
        (200, "completed"),
    ]
    passed = compute_api.last("external_instance_event")["events"]
    assert [e.status for e in passed] == ["completed", "failed"]


def test_a_server_is_read_once_for_all_its_events(
    admin: Client, instances: list[str]
) -> None:
    """One database operation, however many events."""
    admin("POST", PATH, {"events": [event(), event(name="network-changed"), event()]})
    assert instances == [SERVER]


@pytest.mark.parametrize("server_uuid", [UNKNOWN, HOMELESS])
def test_nothing_accepted_is_not_found(
    admin: Client, compute_api: FakeComputeAPI, server_uuid: str
) -> None:
    """No event for any known server on a host: 404 for the whole."""
    answer = admin("POST", PATH, {"events": [event(server_uuid)]})
    assert answer.status_int == 404
    assert "No instances found for any event" in answer.text
    assert compute_api.calls == []


def test_users_may_not_send_events(user: Client) -> None:
    """admin_api: 403."""
    assert user("POST", PATH, {"events": [event()]}).status_int == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": []},
        {"events": {}},
        {"events": [event(name="power-cut")]},
        {"events": [event(status="odd")]},
        {"events": [event(tag="t" * 256)]},
        {"events": [event("not-a-uuid")]},
        {"events": [event(extra=1)]},
        {"events": [{"name": "network-changed"}]},
    ],
)
def test_a_malformed_event_is_refused(admin: Client, body: dict[str, Any]) -> None:
    """The schema knows four names and three statuses: else 400."""
    assert admin("POST", PATH, body).status_int == 400
