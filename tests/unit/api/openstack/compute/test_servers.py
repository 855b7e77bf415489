"""GET and DELETE /servers: searching, paging, showing, deleting."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.api.fakes import (
    IMAGE,
    NOW,
    PROJECT,
    SERVER,
    Client,
    FakeComputeAPI,
    make_instance,
)
from tracenova import exception
from tracenova.api.openstack import common
from tracenova.compute import task_states, vm_states

OTHER = "11111111-2222-4333-8444-555555555555"


def test_a_server_has_every_field_of_the_core_api(user: Client) -> None:
    """Show at 2.1: what novaclient reads, links included."""
    server = user("GET", f"/servers/{SERVER}").json["server"]
    base = f"http://localhost/{PROJECT}"
    assert server == {
        "id": SERVER,
        "name": "one",
        "status": "ACTIVE",
        "tenant_id": PROJECT,
        "user_id": "demo",
        "metadata": {"colour": "blue"},
        "hostId": server["hostId"],
        "image": {
            "id": IMAGE,
            "links": [{"rel": "bookmark", "href": f"{base}/images/{IMAGE}"}],
        },
        "flavor": {
            "id": "1",
            "links": [{"rel": "bookmark", "href": f"{base}/flavors/1"}],
        },
        "created": "2016-10-06T12:00:00Z",
        "updated": "2016-10-06T12:00:00Z",
        "addresses": {
            "private": [
                {
                    "version": 4,
                    "addr": "10.0.0.5",
                    "OS-EXT-IPS:type": "fixed",
                    "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01",
                }
            ]
        },
        "accessIPv4": "",
        "accessIPv6": "",
        "links": [
            {
                "rel": "self",
                "href": f"http://localhost/v2.1/{PROJECT}/servers/{SERVER}",
            },
            {"rel": "bookmark", "href": f"{base}/servers/{SERVER}"},
        ],
        "OS-DCF:diskConfig": "MANUAL",
        "progress": 0,
        "OS-EXT-AZ:availability_zone": "nova",
        "OS-EXT-STS:task_state": None,
        "OS-EXT-STS:vm_state": "active",
        "OS-EXT-STS:power_state": 1,
        "OS-SRV-USG:launched_at": "2016-10-06T12:00:00.000000",
        "OS-SRV-USG:terminated_at": None,
        "config_drive": "",
        "key_name": "mine",
        "os-extended-volumes:volumes_attached": [],
    }


def test_the_host_id_tells_nothing_but_same_or_other(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """hostId: SHA-224 of project and host; empty without a host."""
    host_id = user("GET", f"/servers/{SERVER}").json["server"]["hostId"]
    assert len(host_id) == 56
    compute_api.instances = [make_instance(project_id="else")]
    elsewhere = user("GET", f"/servers/{SERVER}").json["server"]["hostId"]
    assert elsewhere != host_id
    compute_api.instances = [make_instance(host=None)]
    assert user("GET", f"/servers/{SERVER}").json["server"]["hostId"] == ""


def test_only_administrators_see_where_a_server_runs(
    user: Client, admin: Client
) -> None:
    """OS-EXT-SRV-ATTR by policy; more of it from 2.3 on, host_status from 2.16 on."""
    path = f"/servers/{SERVER}"
    assert not [k for k in user("GET", path).json["server"] if "SRV-ATTR" in k]
    early = admin("GET", path).json["server"]
    assert early["OS-EXT-SRV-ATTR:host"] == "compute1"
    assert early["OS-EXT-SRV-ATTR:hypervisor_hostname"] == "compute1"
    assert early["OS-EXT-SRV-ATTR:instance_name"] == "instance-00000001"
    assert "OS-EXT-SRV-ATTR:reservation_id" not in early
    late = admin("GET", path, version="2.16").json["server"]
    assert late["OS-EXT-SRV-ATTR:reservation_id"] == "r-12345678"
    assert late["host_status"] == "UP"


def test_users_do_not_see_addresses_of_a_server_being_built(
    user: Client, admin: Client, compute_api: FakeComputeAPI
) -> None:
    """osapi_hide_server_address_states: building."""
    compute_api.instances = [make_instance(vm_state="building")]
    path = f"/servers/{SERVER}"
    assert user("GET", path).json["server"]["addresses"] == {}
    assert admin("GET", path).json["server"]["addresses"] != {}


def test_what_was_never_changed_says_now(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """A build request has no time of change: as in Nova, a time all the same."""
    compute_api.instances = [make_instance(updated_at=None)]
    shown = user("GET", f"/servers/{SERVER}").json["server"]["updated"]
    assert datetime.datetime.fromisoformat(shown) > NOW.replace(tzinfo=datetime.UTC)


FAULT = SimpleNamespace(
    code=500, created_at=NOW, message="No valid host was found.", details="Traceback"
)


@pytest.mark.parametrize(
    ("vm_state", "code", "is_admin", "shown"),
    [
        ("active", 500, True, None),
        ("error", 500, False, {"code", "created", "message"}),
        ("error", 500, True, {"code", "created", "message", "details"}),
        ("error", 404, False, {"code", "created", "message", "details"}),
        ("deleted", 500, False, {"code", "created", "message"}),
    ],
)
def test_a_fault_is_shown_with_servers_in_error(
    user: Client,
    admin: Client,
    compute_api: FakeComputeAPI,
    vm_state: str,
    code: int,
    is_admin: bool,
    shown: set[str] | None,
) -> None:
    """ERROR and DELETED; details for administrators, or if the code is not 500."""
    fault = SimpleNamespace(**{**vars(FAULT), "code": code})
    compute_api.instances = [make_instance(vm_state=vm_state, fault=fault)]
    client = admin if is_admin else user
    server = client("GET", f"/servers/{SERVER}").json["server"]
    assert (set(server["fault"]) if "fault" in server else None) == shown


@pytest.mark.parametrize("path", [f"/servers/{OTHER}", "/servers/x", "/servers/%00"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_server_is_not_found(user: Client, path: str, method: str) -> None:
    """InstanceNotFound: 404."""
    assert user(method, path).status_int == 404


@pytest.mark.parametrize(
    ("vm_state", "task_state", "status"),
    [
        (vm_states.BUILDING, task_states.SCHEDULING, "BUILD"),
        (vm_states.BUILDING, task_states.SPAWNING, "BUILD"),
        (vm_states.ACTIVE, None, "ACTIVE"),
        (vm_states.ACTIVE, task_states.DELETING, "ACTIVE"),
        (vm_states.ACTIVE, task_states.REBOOTING, "REBOOT"),
        (vm_states.ACTIVE, task_states.REBOOTING_HARD, "HARD_REBOOT"),
        (vm_states.ACTIVE, task_states.UPDATING_PASSWORD, "PASSWORD"),
        (vm_states.ACTIVE, task_states.REBUILDING, "REBUILD"),
        (vm_states.ACTIVE, task_states.MIGRATING, "MIGRATING"),
        (vm_states.ACTIVE, task_states.RESIZE_PREP, "RESIZE"),
        (vm_states.STOPPED, None, "SHUTOFF"),
        (vm_states.RESIZED, None, "VERIFY_RESIZE"),
        (vm_states.RESIZED, task_states.RESIZE_REVERTING, "REVERT_RESIZE"),
        (vm_states.PAUSED, None, "PAUSED"),
        (vm_states.SUSPENDED, None, "SUSPENDED"),
        (vm_states.RESCUED, None, "RESCUE"),
        (vm_states.ERROR, None, "ERROR"),
        (vm_states.ERROR, task_states.REBUILDING, "REBUILD"),
        (vm_states.DELETED, None, "DELETED"),
        (vm_states.SOFT_DELETED, None, "SOFT_DELETED"),
        (vm_states.SHELVED, None, "SHELVED"),
        (vm_states.SHELVED_OFFLOADED, None, "SHELVED_OFFLOADED"),
        ("nonsense", None, "UNKNOWN"),
    ],
)
def test_status_is_made_of_vm_state_and_task_state(
    vm_state: str, task_state: str | None, status: str
) -> None:
    """The table _STATE_MAP of Nova's common.py."""
    assert common.status_from_state(vm_state, task_state) == status


def search_of(compute_api: FakeComputeAPI) -> Any:
    """Return the options of the last search."""
    return compute_api.last("get_all")["search_opts"]


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("", {"deleted": False}),
        ("?name=one.*", {"name": "one.*", "deleted": False}),
        ("?status=active", {"vm_state": ["active"], "deleted": False}),
        (
            "?status=reboot",
            {
                "vm_state": ["active"],
                "task_state": sorted(["rebooting", "reboot_pending", "reboot_started"]),
                "deleted": False,
            },
        ),
        ("?host=compute1&deleted=1", {"deleted": False}),
        ("?image=x&flavor=1&ip=10", {"image": "x", "flavor": "1", "ip": "10"}),
    ],
)
def test_a_user_searches_by_a_few_options_in_the_own_project(
    user: Client, compute_api: FakeComputeAPI, query: str, searched: dict[str, Any]
) -> None:
    """Options for administrators are removed without a word."""
    assert user("GET", f"/servers{query}").status_int == 200
    assert search_of(compute_api) == {"deleted": False} | searched | {
        "project_id": PROJECT
    }


def test_an_administrator_searches_by_anything(
    admin: Client, compute_api: FakeComputeAPI
) -> None:
    """Every option passes; all_tenants needs the policy and lifts the project."""
    admin("GET", "/servers/detail?all_tenants=1&host=compute1&deleted=true")
    assert search_of(compute_api) == {"host": "compute1", "deleted": True}
    assert compute_api.last("get_all")["context"].is_admin


@pytest.mark.parametrize("path", ["/servers", "/servers/detail"])
def test_a_user_may_not_list_all_projects(user: Client, path: str) -> None:
    """get_all_tenants is admin_api: 403."""
    assert user("GET", f"{path}?all_tenants").status_int == 403


def test_changes_since_finds_deleted_servers_too(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """With changes-since, the search says nothing about deleted."""
    user("GET", "/servers?changes-since=2016-10-06T00:00:00Z")
    found = search_of(compute_api)
    since = datetime.datetime(2016, 10, 6, tzinfo=datetime.UTC)
    assert found["changes-since"] == since
    assert "deleted" not in found


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ("?changes-since=yesterday", 400, "Invalid changes-since value"),
        ("?name=%5B", 400, "The regex for server name is incorrect"),
        ("?status=deleted", 403, "Only administrators may list deleted instances"),
        ("?limit=x", 400, "limit must be an integer"),
        ("?limit=-1", 400, "limit must be >= 0"),
        ("?all_tenants=perhaps", 400, "perhaps"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    user: Client, query: str, code: int, text: str
) -> None:
    """400, or 403 for deleted servers."""
    answer = user("GET", f"/servers{query}")
    assert answer.status_int == code
    assert text in answer.text


def test_an_unknown_status_finds_nothing_until_it_is_an_error(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """Before 2.38 an empty list; from then on 400."""
    for path in ("/servers?status=odd", "/servers/detail?status=odd"):
        assert user("GET", path, version="2.37").json == {"servers": []}
        assert user("GET", path, version="2.38").status_int == 400
    assert compute_api.calls == []


def test_tags_are_lists_from_their_version_on(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """2.26 adds four tag filters, comma separated."""
    user("GET", "/servers?tags=a,b", version="2.25")
    assert "tags" not in search_of(compute_api)
    user("GET", "/servers?tags=a,b", version="2.26")
    assert search_of(compute_api)["tags"] == ["a", "b"]


def test_paging_and_sorting_reach_the_compute_api(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """limit, marker, sort_key, sort_dir; newest first by default."""
    user("GET", "/servers")
    first = compute_api.last("get_all")
    assert (first["limit"], first["marker"]) == (1000, None)
    assert (first["sort_keys"], first["sort_dirs"]) == (["created_at"], ["desc"])
    user("GET", f"/servers?limit=1&marker={SERVER}&sort_key=uuid&sort_dir=asc")
    second = compute_api.last("get_all")
    assert (second["limit"], second["marker"]) == (1, SERVER)
    assert (second["sort_keys"], second["sort_dirs"]) == (["uuid"], ["asc"])


def test_a_full_page_links_to_the_next(
    user: Client, compute_api: FakeComputeAPI, settings: Any
) -> None:
    """servers_links: the last id as marker; osapi_max_limit makes pages too."""
    compute_api.instances = [make_instance(), make_instance(OTHER)]
    (link,) = user("GET", "/servers?limit=1&name=o").json["servers_links"]
    assert link["rel"] == "next"
    expected = f"/v2.1/{PROJECT}/servers?limit=1&name=o&marker={SERVER}"
    assert link["href"] == f"http://localhost{expected}"
    assert "servers_links" not in user("GET", "/servers").json
    settings.set_override("osapi_max_limit", 2)
    detail = user("GET", "/servers/detail").json
    assert f"servers/detail?marker={OTHER}" in detail["servers_links"][0]["href"]


def test_an_unknown_marker_is_a_bad_request(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """MarkerNotFound: 400 with the marker."""
    compute_api.error = exception.MarkerNotFound(marker="x")
    answer = user("GET", "/servers?marker=x")
    assert answer.status_int == 400
    assert "marker [x] not found" in answer.text


def test_delete_is_answered_without_a_body(
    user: Client, compute_api: FakeComputeAPI
) -> None:
    """204; the compute API gets the instance."""
    answer = user("DELETE", f"/servers/{SERVER}")
    assert (answer.status_int, answer.body) == (204, b"")
    assert compute_api.last("delete")["instance"].uuid == SERVER


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (exception.InstanceNotFound(instance_id=SERVER), 404, "could not be found"),
        (exception.InstanceIsLocked(instance_uuid=SERVER), 409, "locked"),
        (
            exception.InstanceInvalidState(
                attr="task_state", state="deleting", instance_uuid=SERVER, method="x"
            ),
            409,
            f"Cannot 'delete' instance {SERVER} while it is in task_state deleting",
        ),
        (exception.NovaException("x"), 500, "Unexpected API Error"),
    ],
)
def test_errors_of_a_delete_have_their_codes(
    user: Client, compute_api: FakeComputeAPI, error: Exception, code: int, text: str
) -> None:
    """404 gone, 409 locked or busy, else 500."""
    compute_api.error = error
    answer = user("DELETE", f"/servers/{SERVER}")
    assert answer.status_int == code
    assert text in answer.text


def test_links_may_point_elsewhere(user: Client, settings: Any) -> None:
    """osapi_compute_link_prefix replaces scheme and host, and goes before the path."""
    settings.set_override("osapi_compute_link_prefix", "https://cloud/compute")
    server = user("GET", f"/servers/{SERVER}").json["server"]
    hrefs = [link["href"] for link in server["links"]]
    assert hrefs == [
        f"https://cloud/compute/v2.1/{PROJECT}/servers/{SERVER}",
        f"https://cloud/compute/{PROJECT}/servers/{SERVER}",
    ]
