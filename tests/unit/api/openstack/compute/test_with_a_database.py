"""The controllers on the real compute API and a real database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api.fakes import PROJECT, Client
from tests.unit.api_world import new_world
from tracenova import availability_zones, objects, policy
from tracenova.context import get_admin_context
from tracenova.servicegroup import api as servicegroup_api
from tracenova.wsgi import Loader

KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDe user@host"


@pytest.fixture
def admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return an administrator of a cloud with two computes."""
    with new_world(tmp_path, monkeypatch) as world:
        world.conf.set_override("auth_strategy", "noauth2")
        policy.reset()
        availability_zones.reset_cache()
        monkeypatch.setattr(
            servicegroup_api.API, "service_is_up", lambda self, member: True
        )
        for host in ("compute1", "compute2"):
            _register(host)
        yield Client(Loader().load_app("osapi_compute"), user="admin")
        policy.reset()


@pytest.fixture
def user(admin: Client) -> Client:
    """Return an ordinary user of the same cloud."""
    return Client(admin.app, user="demo")


def _register(host: str) -> None:
    context = get_admin_context()
    objects.Service(
        context, host=host, binary="nova-compute", topic="compute", report_count=1
    ).create()
    objects.ComputeNode(
        context,
        host=host,
        hypervisor_hostname=host,
        hypervisor_type="fake",
        hypervisor_version=1,
        vcpus=16,
        vcpus_used=1,
        memory_mb=32768,
        memory_mb_used=512,
        local_gb=200,
        local_gb_used=1,
        free_ram_mb=32256,
        free_disk_gb=199,
        current_workload=0,
        running_vms=0,
        disk_available_least=199,
        cpu_info='{"arch": "x86_64"}',
        host_ip="192.0.2.1",
        cpu_allocation_ratio=16.0,
        ram_allocation_ratio=1.5,
        disk_allocation_ratio=1.0,
    ).create()


def ok(answer: Any, code: int = 200) -> Any:
    """Return the body of a good answer."""
    assert answer.status_int == code, answer.text
    return answer.json if answer.body else None


def test_services_are_listed_disabled_and_forced_down(admin: Client) -> None:
    """os-services: list, disable with a reason, enable, force-down."""
    shown = ok(admin("GET", "/os-services", version="2.11"))["services"]
    assert {(s["host"], s["status"], s["state"], s["forced_down"]) for s in shown} == {
        ("compute1", "enabled", "up", False),
        ("compute2", "enabled", "up", False),
    }
    body = {"host": "compute1", "binary": "nova-compute"}
    reason = {**body, "disabled_reason": "disk full"}
    disabled = ok(admin("PUT", "/os-services/disable-log-reason", reason))
    assert disabled == {"service": {**reason, "status": "disabled"}}
    (one,) = ok(admin("GET", "/os-services?host=compute1"))["services"]
    assert (one["status"], one["disabled_reason"]) == ("disabled", "disk full")
    assert "forced_down" not in one
    assert (
        ok(admin("PUT", "/os-services/enable", body))["service"]["status"] == "enabled"
    )
    down = {**body, "forced_down": "true"}
    forced = ok(admin("PUT", "/os-services/force-down", down, version="2.11"))
    assert forced["service"]["forced_down"] is True


def test_an_unknown_service_or_action_is_not_found(admin: Client) -> None:
    """HostBinaryNotFound and unknown actions: 404; a missing reason: 400."""
    nowhere = {"host": "nowhere", "binary": "nova-compute"}
    assert admin("PUT", "/os-services/enable", nowhere).status_int == 404
    assert admin("PUT", "/os-services/explode", nowhere).status_int == 404
    answer = admin("PUT", "/os-services/disable-log-reason", nowhere)
    assert answer.status_int == 400


def test_hypervisors_tell_what_they_have(admin: Client) -> None:
    """os-hypervisors: list, detail, show, search, statistics."""
    listed = ok(admin("GET", "/os-hypervisors"))["hypervisors"]
    assert [set(h) for h in listed] == [
        {"id", "hypervisor_hostname", "state", "status"}
    ] * 2
    first = ok(admin("GET", "/os-hypervisors/detail"))["hypervisors"][0]
    assert (first["vcpus"], first["memory_mb"], first["host_ip"]) == (
        16,
        32768,
        "192.0.2.1",
    )
    assert first["service"]["host"] == "compute1"
    assert first["cpu_info"] == '{"arch": "x86_64"}'
    path = f"/os-hypervisors/{first['id']}"
    shown = ok(admin("GET", path, version="2.28"))["hypervisor"]
    assert shown["cpu_info"] == {"arch": "x86_64"}
    found = ok(admin("GET", "/os-hypervisors/compute2/search"))["hypervisors"]
    assert [h["hypervisor_hostname"] for h in found] == ["compute2"]
    sums = ok(admin("GET", "/os-hypervisors/statistics"))["hypervisor_statistics"]
    assert (sums["count"], sums["vcpus"]) == (2, 32)
    assert ok(admin("GET", "/os-hypervisors/compute1/servers"))["hypervisors"]


def test_hypervisors_come_in_pages_from_their_version_on(admin: Client) -> None:
    """2.33: limit, marker and a link to the next page."""
    page = ok(admin("GET", "/os-hypervisors?limit=1", version="2.33"))
    assert len(page["hypervisors"]) == 1
    marker = page["hypervisors"][0]["id"]
    assert f"marker={marker}" in page["hypervisors_links"][0]["href"]
    rest = ok(admin("GET", f"/os-hypervisors?marker={marker}", version="2.33"))
    assert [h["hypervisor_hostname"] for h in rest["hypervisors"]] == ["compute2"]
    assert len(ok(admin("GET", "/os-hypervisors?limit=1"))["hypervisors"]) == 2
    for bad in ("99", "x"):
        answer = admin("GET", f"/os-hypervisors?marker={bad}", version="2.33")
        assert answer.status_int == 400


@pytest.mark.parametrize("path", ["99", "x", "x/search", "x/servers"])
def test_an_unknown_hypervisor_is_not_found(admin: Client, path: str) -> None:
    """404, whether the id is a number or not."""
    assert admin("GET", f"/os-hypervisors/{path}").status_int == 404


def test_an_aggregate_makes_an_availability_zone(admin: Client, user: Client) -> None:
    """os-aggregates: create, add host, metadata, remove; the zone appears."""
    created = ok(
        admin(
            "POST",
            "/os-aggregates",
            {"aggregate": {"name": "ssd", "availability_zone": "zone1"}},
        )
    )["aggregate"]
    assert (created["name"], created["availability_zone"]) == ("ssd", "zone1")
    assert {"hosts", "metadata", "uuid"}.isdisjoint(created)
    action = f"/os-aggregates/{created['id']}/action"
    added = ok(admin("POST", action, {"add_host": {"host": "compute1"}}))
    assert added["aggregate"]["hosts"] == ["compute1"]
    metadata = {"set_metadata": {"metadata": {"ssd": "true"}}}
    assert ok(admin("POST", action, metadata))["aggregate"]["metadata"] == {
        "availability_zone": "zone1",
        "ssd": "true",
    }
    zones = ok(user("GET", "/os-availability-zone"))["availabilityZoneInfo"]
    assert {zone["zoneName"] for zone in zones} == {"nova", "zone1"}
    assert all(zone["hosts"] is None for zone in zones)
    detail = ok(admin("GET", "/os-availability-zone/detail"))["availabilityZoneInfo"]
    by_name = {zone["zoneName"]: zone["hosts"] for zone in detail}
    assert by_name["zone1"]["compute1"]["nova-compute"]["active"] is True
    again = admin("POST", action, {"add_host": {"host": "compute1"}})
    assert again.status_int == 409
    unknown = admin("POST", action, {"add_host": {"host": "nowhere"}})
    assert unknown.status_int == 404
    in_use = admin("DELETE", f"/os-aggregates/{created['id']}")
    assert in_use.status_int == 400
    ok(admin("POST", action, {"remove_host": {"host": "compute1"}}))
    ok(admin("DELETE", f"/os-aggregates/{created['id']}"))
    assert ok(admin("GET", "/os-aggregates")) == {"aggregates": []}


@pytest.mark.parametrize("aggregate_id", ["99", "x"])
def test_an_unknown_aggregate_is_not_found(admin: Client, aggregate_id: str) -> None:
    """AggregateNotFound: 404."""
    assert admin("GET", f"/os-aggregates/{aggregate_id}").status_int == 404


def test_two_aggregates_of_one_name_conflict(admin: Client) -> None:
    """AggregateNameExists: 409."""
    body = {"aggregate": {"name": "ssd"}}
    ok(admin("POST", "/os-aggregates", body))
    assert admin("POST", "/os-aggregates", body).status_int == 409


def test_server_groups_live_within_their_quota(user: Client, admin: Client) -> None:
    """os-server-groups: create, list, show, delete; 403 beyond the quota of ten."""
    body = {"server_group": {"name": "g", "policies": ["anti-affinity"]}}
    created = ok(user("POST", "/os-server-groups", body))["server_group"]
    assert created == {
        "id": created["id"],
        "name": "g",
        "policies": ["anti-affinity"],
        "metadata": {},
        "members": [],
    }
    path = f"/os-server-groups/{created['id']}"
    assert ok(user("GET", path))["server_group"] == created
    late = ok(user("GET", path, version="2.13"))["server_group"]
    assert (late["project_id"], late["user_id"]) == (PROJECT, "demo")
    for _ in range(9):
        ok(user("POST", "/os-server-groups", body))
    assert user("POST", "/os-server-groups", body).status_int == 403
    assert len(ok(user("GET", "/os-server-groups"))["server_groups"]) == 10
    page = ok(user("GET", "/os-server-groups?limit=3&offset=9"))["server_groups"]
    assert len(page) == 1
    ok(user("DELETE", path), 204)
    assert user("GET", path).status_int == 404
    assert user("DELETE", path).status_int == 404
    ok(user("POST", "/os-server-groups", body))
    quotas = ok(user("GET", f"/os-quota-sets/{PROJECT}"))["quota_set"]
    assert quotas["server_groups"] == 10
    assert user("POST", "/os-server-groups", body).status_int == 403


@pytest.mark.parametrize(
    ("policies", "version", "code"),
    [
        (["affinity"], "2.1", 200),
        (["soft-affinity"], "2.14", 400),
        (["soft-affinity"], "2.15", 200),
        (["affinity", "anti-affinity"], "2.15", 400),
        (["loneliness"], "2.38", 400),
    ],
)
def test_the_policies_of_a_group(
    user: Client, policies: list[str], version: str, code: int
) -> None:
    """One policy each; the soft ones from 2.15 on."""
    body = {"server_group": {"name": "g", "policies": policies}}
    assert user("POST", "/os-server-groups", body, version).status_int == code


def test_key_pairs_are_imported_listed_and_deleted(user: Client) -> None:
    """os-keypairs by version: codes 200/201 and 202/204, the type from 2.2 on."""
    body = {"keypair": {"name": "mine", "public_key": KEY}}
    created = ok(user("POST", "/os-keypairs", body))["keypair"]
    assert set(created) == {"name", "public_key", "fingerprint", "user_id"}
    assert user("POST", "/os-keypairs", body).status_int == 409
    second = {"keypair": {"name": "other", "public_key": KEY, "type": "ssh"}}
    assert ok(user("POST", "/os-keypairs", second, "2.2"), 201)["keypair"]["type"]
    shown = ok(user("GET", "/os-keypairs/mine", version="2.2"))["keypair"]
    assert shown["type"] == "ssh"
    assert shown["deleted"] is False
    names = [k["keypair"]["name"] for k in ok(user("GET", "/os-keypairs"))["keypairs"]]
    assert names == ["mine", "other"]
    page = ok(user("GET", "/os-keypairs?limit=1", version="2.35"))
    assert "marker=mine" in page["keypairs_links"][0]["href"]
    rest = ok(user("GET", "/os-keypairs?marker=mine", version="2.35"))
    assert [pair["keypair"]["name"] for pair in rest["keypairs"]] == ["other"]
    unknown = user("GET", "/os-keypairs?marker=nobody", version="2.35")
    assert unknown.status_int == 400
    assert "Marker nobody could not be found" in unknown.text
    ok(user("DELETE", "/os-keypairs/mine"), 202)
    ok(user("DELETE", "/os-keypairs/other", version="2.2"), 204)
    assert user("GET", "/os-keypairs/mine").status_int == 404


def test_a_made_key_pair_shows_its_private_key_once(user: Client) -> None:
    """Without a public key the API makes a pair; only this answer has the private half."""
    created = ok(user("POST", "/os-keypairs", {"keypair": {"name": "made"}}))["keypair"]
    assert "PRIVATE KEY" in created["private_key"]
    shown = ok(user("GET", "/os-keypairs/made"))["keypair"]
    assert "private_key" not in shown


def test_an_administrator_acts_for_another_user(admin: Client, user: Client) -> None:
    """2.10: user_id in the body and in the query."""
    body = {"keypair": {"name": "theirs", "public_key": KEY, "user_id": "demo"}}
    ok(admin("POST", "/os-keypairs", body, "2.10"), 201)
    assert ok(user("GET", "/os-keypairs/theirs"))["keypair"]["user_id"] == "demo"
    assert admin("GET", "/os-keypairs/theirs").status_int == 404
    ok(admin("DELETE", "/os-keypairs/theirs?user_id=demo", version="2.10"), 204)


def test_limits_and_quotas(user: Client, admin: Client) -> None:
    """limits with what is used; os-quota-sets show, defaults and, for admins, detail."""
    absolute = ok(user("GET", "/limits"))["limits"]["absolute"]
    assert absolute["maxTotalInstances"] == 10
    assert absolute["maxTotalRAMSize"] == 51200
    assert absolute["maxServerMeta"] == absolute["maxImageMeta"] == 128
    assert absolute["totalInstancesUsed"] == 0
    quotas = ok(user("GET", f"/os-quota-sets/{PROJECT}"))["quota_set"]
    assert (quotas["id"], quotas["cores"]) == (PROJECT, 20)
    defaults = ok(user("GET", f"/os-quota-sets/{PROJECT}/defaults"))["quota_set"]
    assert defaults["instances"] == 10
    detail = ok(admin("GET", f"/os-quota-sets/{PROJECT}/detail"))["quota_set"]
    assert detail["ram"] == {"limit": 51200, "in_use": 0, "reserved": 0}
    late = ok(user("GET", f"/os-quota-sets/{PROJECT}", version="2.36"))["quota_set"]
    assert {"fixed_ips", "floating_ips", "security_groups"}.isdisjoint(late)


def test_flavors_are_listed_shown_and_filtered(admin: Client, user: Client) -> None:
    """flavors: list, detail, minRam, paging, extra specs; private ones for admins."""
    context = get_admin_context()
    for number, (name, ram, public) in enumerate(
        [("m1.tiny", 512, True), ("m1.small", 2048, True), ("secret", 4096, False)], 1
    ):
        objects.Flavor(
            context,
            flavorid=str(number),
            name=name,
            memory_mb=ram,
            vcpus=1,
            root_gb=1,
            ephemeral_gb=0,
            swap=0,
            rxtx_factor=1.0,
            is_public=public,
            disabled=False,
            extra_specs={"hw:cpu_policy": "shared"} if number == 1 else {},
        ).create()

    def names(client: Client, query: str = "") -> list[str]:
        flavors = ok(client("GET", f"/flavors{query}"))["flavors"]
        return [flavor["name"] for flavor in flavors]

    assert names(user) == ["m1.tiny", "m1.small"]
    assert names(admin, "?is_public=None") == ["m1.tiny", "m1.small", "secret"]
    assert names(user, "?minRam=1000") == ["m1.small"]
    assert names(user, "?limit=1&marker=1") == ["m1.small"]
    tiny = ok(user("GET", "/flavors/detail"))["flavors"][0]
    assert (tiny["ram"], tiny["vcpus"], tiny["disk"], tiny["swap"]) == (512, 1, 1, "")
    assert tiny["os-flavor-access:is_public"] is True
    assert tiny["rxtx_factor"] == 1.0
    assert ok(user("GET", "/flavors/1"))["flavor"]["id"] == "1"
    specs = ok(user("GET", "/flavors/1/os-extra_specs"))
    assert specs == {"extra_specs": {"hw:cpu_policy": "shared"}}
    one = ok(user("GET", "/flavors/1/os-extra_specs/hw:cpu_policy"))
    assert one == {"hw:cpu_policy": "shared"}
    for path in ("/flavors/99", "/flavors/1/os-extra_specs/no"):
        assert user("GET", path).status_int == 404
    for query in ("?minRam=x", "?minDisk=x", "?marker=none", "?limit=x"):
        assert user("GET", f"/flavors{query}").status_int == 400
    assert admin("GET", "/flavors?is_public=perhaps").status_int == 400
