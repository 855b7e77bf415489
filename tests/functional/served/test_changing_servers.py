"""What real clients do to a server that exists: its name, metadata, lock, groups."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.served.clients import UpCloud
from tests.functional.served.test_novaclient import client
from tests.functional.served.test_openstacksdk import create, delete, wait

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),  # a server is built by ten threads of one busy process
]


@pytest.fixture(scope="module")
def nova(sdk: Any) -> Any:
    """A novaclient that speaks the newest version of Newton."""
    return client(sdk, "2.38")


@pytest.fixture(scope="module")
def server(sdk: Any) -> Iterator[Any]:
    """A server that is ACTIVE."""
    made = wait(sdk, create(sdk, "changing"))
    yield made
    delete(sdk, made)


def test_a_name_a_description_and_an_address_change(nova: Any, server: Any) -> None:
    """PUT /servers/{id} answers as a GET does."""
    before = nova.servers.get(server.id)
    nova.servers.update(before, name="renamed", description="about it")
    after = nova.servers.get(server.id)
    assert (after.name, after.description) == ("renamed", "about it")
    url = f"/servers/{server.id}"
    ask = nova.client.request
    answer, body = ask(url, "PUT", body={"server": {"accessIPv4": "192.0.2.7"}})
    assert (answer.status_code, body["server"]["accessIPv4"]) == (200, "192.0.2.7")


@pytest.mark.parametrize(
    "body",
    [{}, {"server": {"name": ""}}, {"server": {"status": "ERROR"}}, {"server": None}],
    ids=str,
)
def test_an_update_that_makes_no_sense_is_refused(
    cloud: UpCloud, server: Any, body: Any
) -> None:
    """400, by the schema."""
    admin = cloud.person("admin", "demo")
    path = f"/v2.1/{admin.project}/servers/{server.id}"
    assert admin.ask("nova", "PUT", path, body).status_code == 400


def test_metadata_is_set_replaced_and_deleted(nova: Any, server: Any) -> None:
    """POST adds, PUT replaces all or one, DELETE removes one: 204, then 404."""
    servers = nova.servers
    servers.set_meta(server.id, {"a": "1", "b": "2"})
    servers.set_meta_item(server.id, "b", "3")
    assert servers.get(server.id).metadata == {"a": "1", "b": "3"}
    servers.delete_meta(server.id, ["a"])
    answer, body = nova.client.put(
        f"/servers/{server.id}/metadata", body={"metadata": {"only": "this"}}
    )
    assert (answer.status_code, body) == (200, {"metadata": {"only": "this"}})
    assert servers.get(server.id).metadata == {"only": "this"}
    from novaclient import exceptions

    with pytest.raises(exceptions.NotFound):
        servers.delete_meta(server.id, ["a"])
    with pytest.raises(exceptions.BadRequest):
        nova.client.put(
            f"/servers/{server.id}/metadata/x", body={"meta": {"y": "another key"}}
        )


def test_tags_are_added_replaced_and_removed(
    cloud: UpCloud, nova: Any, server: Any
) -> None:
    """201 for a new one, 204 for a known one; the server shows them, another does not."""
    nova.servers.add_tag(server.id, "one")
    nova.servers.add_tag(server.id, "one")
    assert nova.servers.tag_list(server.id) == ["one"]
    nova.servers.set_tags(server.id, ["two", "three", "two"])
    assert nova.servers.get(server.id).tags == ["two", "three"]
    listed = {one.id: one.tags for one in nova.servers.list()}
    assert listed.pop(server.id) == ["two", "three"]
    assert not any(listed.values())
    nova.servers.delete_tag(server.id, "two")
    admin, demo = cloud.person("admin", "demo"), cloud.person("demo", "demo")
    path = f"/v2.1/{admin.project}/servers/{server.id}/tags"
    newton = {"X-OpenStack-Nova-API-Version": "2.26"}
    answer = admin.ask("nova", "PUT", path + "/four", **newton)
    assert (answer.status_code, answer.headers["location"][-10:]) == (201, "/tags/four")
    for person, method, below, body, code in (
        (demo, "GET", "/three", None, 204),
        (demo, "GET", "/two", None, 404),
        (demo, "DELETE", "/two", None, 404),
        (demo, "PUT", "/a,b", None, 400),
        (demo, "PUT", "/" + 61 * "x", None, 400),
        (demo, "PUT", "", {"tags": ["a/b"]}, 400),
        (demo, "PUT", "", {"tags": [str(n) for n in range(51)]}, 400),
        (cloud.person("alt_demo", "alt_demo"), "GET", "", None, 400),
    ):
        assert (
            person.ask("nova", method, path + below, body, **newton).status_code == code
        )
    assert demo.ask("nova", "GET", path).status_code == 404  # 2.1 knows no tags
    other = cloud.person("alt_demo", "alt_demo")
    theirs = f"/v2.1/{other.project}/servers/{server.id}/tags"
    for method, below in (("GET", ""), ("PUT", "/x"), ("DELETE", "/three")):
        answer = other.ask("nova", method, theirs + below, **newton)
        assert answer.status_code == 404
    nova.servers.delete_all_tags(server.id)
    assert nova.servers.tag_list(server.id) == []


def test_a_locked_server_is_left_alone(cloud: UpCloud, nova: Any, server: Any) -> None:
    """409 for its owner; what the administrator of another project locks stays so."""
    demo = cloud.person("demo", "demo")
    path = f"/v2.1/{demo.project}/servers/{server.id}"

    def act(person: Any, body: Any) -> int:
        return int(person.ask("nova", "POST", path + "/action", body).status_code)

    assert act(demo, {"lock": None}) == 202
    assert nova.servers.get(server.id).locked is True
    assert act(demo, {"os-stop": None}) == 409
    assert demo.ask("nova", "DELETE", path).status_code == 409
    assert act(demo, {"unlock": None}) == 202
    stranger = cloud.person("admin", "admin")
    theirs = f"/v2.1/{stranger.project}/servers/{server.id}/action"
    locked = stranger.ask("nova", "POST", theirs, {"lock": None})
    assert locked.status_code == 202
    assert act(demo, {"unlock": None}) == 403
    assert act(cloud.person("admin", "demo"), {"unlock": None}) == 202
    assert nova.servers.get(server.id).locked is False


def test_security_groups_are_added_and_removed(
    cloud: UpCloud, sdk: Any, server: Any
) -> None:
    """They are put on the server's ports, by name or id; the server tells of them."""
    group = sdk.network.create_security_group(name="extra")
    cloud.do("server", "add", "security", "group", server.id, "extra")
    shown = sdk.compute.get_server(server.id).security_groups
    assert {one["name"] for one in shown} == {"default", "extra"}
    listed = sdk.compute.get(f"/servers/{server.id}/os-security-groups").json()
    assert [one["name"] for one in listed["security_groups"]] == ["default", "extra"]
    (rule, *_) = listed["security_groups"][0]["rules"]
    assert rule["group"]["name"] == "default"
    cloud.do("server", "remove", "security", "group", server.id, group.id)
    path = f"/servers/{server.id}/action"
    for body, code in (
        ({"removeSecurityGroup": {"name": "extra"}}, 404),
        ({"addSecurityGroup": {"name": "none"}}, 404),
        ({"addSecurityGroup": {"name": " "}}, 400),
        ({"addSecurityGroup": None}, 400),
    ):
        assert sdk.compute.post(path, json=body).status_code == code
    sdk.network.delete_security_group(group)


def test_security_groups_by_nova_s_old_api(sdk: Any) -> None:
    """Groups and rules are neutron's; from 2.36 on nova knows none."""

    def ask(method: str, below: str, body: Any = None, version: str = "2.35") -> Any:
        path = "/os-security-group" + below
        return sdk.compute.request(path, method, json=body, microversion=version)

    made = ask("POST", "s", {"security_group": {"name": "old", "description": "d"}})
    group = made.json()["security_group"]
    assert (group["name"], group["rules"]) == ("old", [])
    rule = {
        "parent_group_id": group["id"],
        "ip_protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
        "cidr": "10.0.0.0/8",
    }
    added = ask("POST", "-rules", {"security_group_rule": rule}).json()
    added = added["security_group_rule"]
    assert (added["from_port"], added["ip_range"]) == (22, {"cidr": "10.0.0.0/8"})
    inner = {"parent_group_id": group["id"], "group_id": group["id"]}
    from_group = ask("POST", "-rules", {"security_group_rule": inner}).json()
    assert from_group["security_group_rule"]["group"]["name"] == "old"
    shown = ask("GET", f"s/{group['id']}").json()["security_group"]
    assert added["id"] in {each["id"] for each in shown["rules"]}
    assert (len(shown["rules"]), len(ask("GET", "s").json()["security_groups"])) >= (
        *(2, 2),
    )
    renamed = {"security_group": {"name": "new", "description": ""}}
    changed = ask("PUT", f"s/{group['id']}", renamed).json()["security_group"]
    assert changed["name"] == "new"
    for method, below, body, code in (
        ("GET", "s/none", None, 400),
        ("POST", "s", {"security_group": {"name": 5, "description": ""}}, 400),
        ("POST", "s", {}, 400),
        ("POST", "-rules", {"security_group_rule": {**rule, "to_port": 21}}, 400),
        ("POST", "-rules", {"security_group_rule": {**rule, "cidr": "x"}}, 400),
        ("POST", "-rules", {"security_group_rule": {**rule, "ip_protocol": "x"}}, 400),
    ):
        assert ask(method, below, body).status_code == code, body
    assert ask("DELETE", f"-rules/{added['id']}").status_code == 202
    assert ask("DELETE", f"-rules/{added['id']}").status_code == 404
    assert ask("DELETE", f"s/{group['id']}").status_code == 202
    assert ask("GET", f"s/{group['id']}").status_code == 404
    assert ask("GET", "s", version="2.36").status_code == 404


def test_a_floating_address_leads_to_a_server(sdk: Any, server: Any) -> None:
    """By a router with a gateway; the server shows it until it is given back."""
    network = sdk.network
    outside = network.create_network(name="ext", is_router_external=True)
    network.create_subnet(network_id=outside.id, ip_version=4, cidr="203.0.113.0/24")
    gateway = {"network_id": outside.id}
    router = network.create_router(name="r", external_gateway_info=gateway)
    inside = network.find_network("private").subnet_ids[0]
    network.add_interface_to_router(router, subnet_id=inside)
    floating = network.create_ip(floating_network_id=outside.id)
    assert floating.status == "DOWN"
    sdk.add_ip_list(server, [floating.floating_ip_address], wait=True, timeout=60)
    shown = sdk.compute.get_server(server.id).addresses["private"]
    assert [one["OS-EXT-IPS:type"] for one in shown] == ["fixed", "floating"]
    sdk.detach_ip_from_server(server.id, floating.id)
    network.delete_ip(floating)
    network.remove_interface_from_router(router, subnet_id=inside)
    network.delete_router(router)
    network.delete_network(outside)


def test_ports_volumes_and_the_password_are_told(
    cloud: UpCloud, sdk: Any, nova: Any, server: Any
) -> None:
    """Lists and members; what a server does not have is 404."""
    (port,) = nova.servers.interface_list(server.id)
    (known,) = sdk.network.ports(device_id=server.id)
    assert (port.port_id, port.port_state) == (known.id, known.status)
    shown = sdk.compute.get_server_interface(known.id, server)
    assert shown.fixed_ips == known.fixed_ips
    assert cloud.ask("server", "volume", "list", server.id) == []
    assert nova.servers.get_password(server.id) == ""
    nova.servers.clear_password(server.id)
    admin = cloud.person("admin", "demo")
    path = f"/v2.1/{admin.project}/servers/{server.id}"
    for below in ("os-interface/none", "os-volume_attachments/none", "os-nothing"):
        assert admin.ask("nova", "GET", f"{path}/{below}").status_code == 404


def test_what_was_used_is_told(cloud: UpCloud, server: Any) -> None:
    """Hours of servers by project; another project's only to administrators."""
    usage = cloud.ask("usage", "show")
    assert float(usage["RAM MB-Hours"]) >= 0
    assert len(cloud.ask("usage", "list")) >= 1
    demo, other = cloud.person("demo", "demo"), cloud.person("alt_demo", "alt_demo")
    path = f"/v2.1/{demo.project}/os-simple-tenant-usage"
    mine = demo.told("nova", f"{path}/{demo.project}?start=2020-01-01T00:00:00")
    (found, *_) = [
        one
        for one in mine["tenant_usage"]["server_usages"]
        if one["instance_id"] == server.id
    ]
    assert (found["state"], found["ended_at"], found["vcpus"]) == ("active", None, 1)
    for person, where, code in (
        (demo, path, 403),
        (demo, f"{path}/{demo.project}?start=2020", 400),
        (demo, f"{path}/{demo.project}?start=2030-01-01T00:00:00", 400),
        (demo, f"{path}/{other.project}", 403),
    ):
        assert person.ask("nova", "GET", where).status_code == code


def test_extensions_are_listed(cloud: UpCloud, nova: Any) -> None:
    """By the names that v2 had; what is not here is not in the list."""
    listed = {one["Alias"] for one in cloud.ask("extension", "list", "--compute")}
    assert {"os-keypairs", "OS-EXT-STS", "os-lock-server"} <= listed
    assert not {"servers", "os-cells", "server-power"} & listed
    _, one = nova.client.get("/extensions/os-keypairs")
    assert one["extension"]["name"] == "Keypairs"
    from novaclient import exceptions

    with pytest.raises(exceptions.NotFound):
        nova.client.get("/extensions/os-cells")
