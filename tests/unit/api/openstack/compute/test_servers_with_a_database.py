"""A server's life at the API, on the real compute API and a real database."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.api.fakes import Client
from tests.unit.api_world import IMAGE, NETWORK, World, make_flavor, new_world
from tracenova import availability_zones, compute, objects, policy
from tracenova.context import get_admin_context
from tracenova.network.security_group.neutron_driver import SecurityGroupAPI
from tracenova.wsgi import Loader


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A nova-api with neighbours that only answer."""
    with new_world(tmp_path, monkeypatch) as world:
        world.conf.set_override("auth_strategy", "noauth2")
        policy.reset()
        availability_zones.reset_cache()
        monkeypatch.setattr(compute, "API", lambda: world.api)
        monkeypatch.setattr(
            SecurityGroupAPI, "get_instances_security_groups_bindings", lambda *_: {}
        )
        flavor = make_flavor()
        wanted = {
            name: getattr(flavor, name) for name in flavor.fields if name in flavor
        }
        del wanted["id"]
        objects.Flavor(get_admin_context(), **wanted).create()
        service = {"host": "compute1", "binary": "nova-compute", "topic": "compute"}
        objects.Service(get_admin_context(), **service).create()
        yield world
        policy.reset()


@pytest.fixture
def user(world: World) -> Client:
    """Return an ordinary user."""
    return Client(Loader().load_app("osapi_compute"))


@pytest.fixture
def admin(user: Client) -> Client:
    """Return an administrator of the same cloud."""
    return Client(user.app, user="admin")


def create(client: Client, version: str | None = None, **words: Any) -> str:
    """Create a server and return its id."""
    server = {"name": "web", "imageRef": IMAGE, "flavorRef": "1", **words}
    answer = client("POST", "/servers", {"server": server}, version)
    assert answer.status_int == 202, answer.text
    server_id: str = answer.json["server"]["id"]
    return server_id


def show(client: Client, server_id: str, version: str | None = None) -> Any:
    """Return the server as shown."""
    answer = client("GET", f"/servers/{server_id}", version=version)
    assert answer.status_int == 200, answer.text
    return answer.json["server"]


def test_a_new_server_is_shown_before_any_host_knows_it(user: Client) -> None:
    """Show reads the BuildRequest: BUILD, scheduling, no addresses, no host."""
    words = {"networks": [{"uuid": NETWORK}], "metadata": {"a": "b"}}
    server_id = create(user, "2.37", **words)
    server = show(user, server_id, "2.37")
    assert (server["status"], server["OS-EXT-STS:task_state"]) == (
        "BUILD",
        "scheduling",
    )
    assert (server["hostId"], server["addresses"]) == ("", {})
    assert server["metadata"] == {"a": "b"}
    assert server["image"]["id"] == IMAGE
    assert server["flavor"]["id"] == "1"
    assert server["tags"] == []
    assert server["locked"] is False
    assert server["description"] is None


@pytest.mark.parametrize("version", ["2.1", "2.26", "2.38"])
def test_servers_are_listed_in_detail(user: Client, version: str) -> None:
    """Index and detail find it; a search by name and status, too."""
    words = {"networks": "none"} if version == "2.38" else {}
    server_id = create(user, version, **words)
    for path in ("/servers", "/servers/detail", "/servers/detail?name=we&status=BUILD"):
        answer = user("GET", path, version=version)
        assert answer.status_int == 200, answer.text
        assert [server["id"] for server in answer.json["servers"]] == [server_id]
    assert user("GET", "/servers?name=other").json == {"servers": []}


def test_metadata_and_actions_can_be_read(user: Client, admin: Client) -> None:
    """The action ``create`` bears the request's id."""
    server_id = create(user, metadata={"a": "b"})
    metadata = user("GET", f"/servers/{server_id}/metadata")
    assert metadata.json == {"metadata": {"a": "b"}}
    one = user("GET", f"/servers/{server_id}/metadata/a")
    assert one.json == {"meta": {"a": "b"}}
    assert user("GET", f"/servers/{server_id}/metadata/x").status_int == 404
    path = f"/servers/{server_id}/os-instance-actions"
    (action,) = user("GET", path).json["instanceActions"]
    assert (action["action"], action["instance_uuid"]) == ("create", server_id)
    shown = admin("GET", f"{path}/{action['request_id']}")
    assert shown.status_int == 200, shown.text
    assert shown.json["instanceAction"]["events"] == []
    assert user("GET", f"{path}/req-unknown").status_int == 404


def test_a_deleted_server_is_gone(user: Client, world: World) -> None:
    """Delete before scheduling: 204, 404, and the quota is free again."""
    server_id = create(user)
    assert user("DELETE", f"/servers/{server_id}").status_int == 204
    assert user("GET", f"/servers/{server_id}").status_int == 404
    assert user("GET", "/servers").json == {"servers": []}
    used = user("GET", "/limits").json["limits"]["absolute"]
    assert (used["totalInstancesUsed"], used["totalCoresUsed"]) == (0, 0)


def test_another_project_does_not_see_it(user: Client, admin: Client) -> None:
    """404 for strangers; administrators list all projects."""
    server_id = create(user)
    stranger = Client(user.app, user="eve", project="deadbeef")
    assert stranger("GET", f"/servers/{server_id}").status_int == 404
    assert stranger("DELETE", f"/servers/{server_id}").status_int == 404
    assert stranger("GET", "/servers").json == {"servers": []}
    elsewhere = Client(user.app, user="admin", project="deadbeef")
    everything = elsewhere("GET", "/servers/detail?all_tenants=1")
    assert [server["id"] for server in everything.json["servers"]] == [server_id]


def test_the_quota_is_answered_with_forbidden(user: Client) -> None:
    """TooManyInstances: 403 with the numbers."""
    body = {"name": "w", "imageRef": IMAGE, "flavorRef": "1", "min_count": 11}
    answer = user("POST", "/servers", {"server": body})
    assert answer.status_int == 403
    assert "Quota exceeded for instances" in answer.json["forbidden"]["message"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"flavorRef": "99"}, "Flavor 99 could not be found"),
        ({"imageRef": NETWORK}, "Can not find requested image"),
        ({"key_name": "none"}, "Invalid key_name provided."),
        ({"availability_zone": "mars"}, "availability zone is not available"),
        ({"user_data": "A" * 70000}, "User data too large"),
    ],
)
def test_what_cannot_be_found_is_a_bad_request(
    user: Client, world: World, words: dict[str, Any], text: str
) -> None:
    """Checked by the compute API, answered with 400; nothing is left behind."""
    server = {"name": "w", "imageRef": IMAGE, "flavorRef": "1", **words}
    answer = user("POST", "/servers", {"server": server})
    assert answer.status_int == 400, answer.text
    assert text in answer.json["badRequest"]["message"]
    assert world.rows("InstanceList") == 0


def test_a_server_on_a_host_is_shown_with_it(user: Client, admin: Client) -> None:
    """After scheduling, the row of the cell is shown, addresses and fault included."""
    server_id = create(user)
    context = get_admin_context()
    for request in objects.BuildRequestList.get_all(context):
        mapping = objects.InstanceMapping.get_by_instance_uuid(context, server_id)
        mapping.cell_mapping = objects.CellMapping.get_by_uuid(
            context, _cell(context).uuid
        )
        mapping.save()
        request.destroy()
    instance = objects.Instance.get_by_uuid(context, server_id)
    instance.host = instance.node = "compute1"
    instance.vm_state, instance.task_state = "error", None
    instance.save()
    fault = SimpleNamespace(code=500, message="Build of instance aborted")
    objects.InstanceFault(
        context,
        instance_uuid=server_id,
        code=fault.code,
        message=fault.message,
        details="Traceback",
        host="compute1",
    ).create()
    server = show(admin, server_id)
    assert server["OS-EXT-SRV-ATTR:host"] == "compute1"
    assert server["fault"]["message"] == fault.message
    assert server["fault"]["details"] == "Traceback"
    assert "details" not in show(user, server_id)["fault"]
    (listed,) = user("GET", "/servers/detail").json["servers"]
    assert listed["fault"]["message"] == fault.message


def _cell(context: Any) -> Any:
    mapping = objects.CellMapping(
        context,
        uuid="00000000-0000-4000-8000-0000000000ce",
        name="cell1",
        transport_url="fakeredis://",
        database_connection="sqlite://",
    )
    mapping.create()
    return mapping


def test_an_administrator_resets_the_state_of_a_server_that_nobody_builds(
    world: World, user: Client, admin: Client
) -> None:
    """The row says ERROR; no fault is noted, because nothing has failed."""
    server_id = create(user)
    body = {"os-resetState": {"state": "error"}}
    path = f"/servers/{server_id}/action"
    assert user("POST", path, body).status_int == 403
    assert user("POST", path, {"os-resetState": {"state": "gone"}}).status_int == 400
    assert admin("POST", path, body).status_int == 202
    instance = objects.Instance.get_by_uuid(get_admin_context(), server_id)
    assert (instance.vm_state, instance.task_state) == ("error", None)
