"""What real clients attach to a server that runs, and take away again."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.served.changes import until
from tests.functional.served.clients import UpCloud
from tests.functional.served.test_novaclient import client
from tests.functional.served.test_openstacksdk import create, delete, wait

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),  # a server is built by ten threads of one busy process
]
Body = dict[str, Any]

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def nova(sdk: Any) -> Any:
    """A novaclient that speaks the newest version of Newton."""
    return client(sdk, "2.38")


@pytest.fixture(scope="module")
def server(sdk: Any) -> Iterator[Any]:
    """A server that is ACTIVE."""
    made = wait(sdk, create(sdk, "attaching"))
    yield made
    delete(sdk, made)


def addresses(sdk: Any, server: Any) -> list[str]:
    """Return the server's addresses, in order."""
    shown = sdk.compute.get_server(server.id).addresses.get("private", [])
    return sorted(address["addr"] for address in shown)


def make_volume(sdk: Any, name: str) -> Any:
    """Return a volume that is available."""
    volume = sdk.block_storage.create_volume(name=name, size=1)
    become(sdk, volume, "available")
    return volume


def become(sdk: Any, volume: Any, status: str) -> None:
    """Wait until the volume has the status."""
    until(lambda: sdk.block_storage.get_volume(volume.id).status == status)


def test_a_volume_is_attached_shown_and_detached(
    cloud: UpCloud, sdk: Any, server: Any
) -> None:
    """``openstack server add volume``: in-use, in the server's list; and back."""
    volume = make_volume(sdk, "att-volume")
    cloud.do("server", "add", "volume", server.id, "att-volume")
    become(sdk, volume, "in-use")
    shown = cloud.ask("server", "show", server.id)["volumes_attached"]
    assert [one["id"] for one in shown] == [volume.id]
    (listed,) = cloud.ask("server", "volume", "list", server.id)
    assert (listed["Device"], listed["Volume ID"]) == ("/dev/sdb", volume.id)
    (told,) = sdk.block_storage.get_volume(volume.id).attachments
    assert (told["server_id"], told["device"]) == (server.id, "/dev/sdb")
    again = cloud.openstack("server", "add", "volume", server.id, "att-volume")
    assert (again["code"], "400" in again["err"]) == (1, True)
    assert len(cloud.ask("server", "volume", "list", server.id)) == 1
    cloud.do("server", "remove", "volume", server.id, "att-volume")
    become(sdk, volume, "available")
    assert cloud.ask("server", "volume", "list", server.id) == []
    sdk.block_storage.delete_volume(volume)


def test_two_volumes_get_two_names(nova: Any, sdk: Any, server: Any) -> None:
    """The host chooses; a name that is taken is 409; what the client wishes counts."""
    from novaclient import exceptions

    first, second = (make_volume(sdk, f"att-{n}") for n in range(2))
    made = nova.volumes.create_server_volume(server.id, first.id)
    with pytest.raises(exceptions.Conflict):
        nova.volumes.create_server_volume(server.id, second.id, made.device)
    other = nova.volumes.create_server_volume(server.id, second.id, "/dev/vdz")
    assert (made.device, other.device) == ("/dev/sdb", "/dev/sdz")
    listed = nova.volumes.get_server_volumes(server.id)
    assert {one.volumeId for one in listed} == {first.id, second.id}
    for volume in (first, second):
        become(sdk, volume, "in-use")
        nova.volumes.delete_server_volume(server.id, volume.id)
        become(sdk, volume, "available")
        sdk.block_storage.delete_volume(volume)


def test_a_port_a_network_and_an_address_come_and_go(
    cloud: UpCloud, sdk: Any, server: Any
) -> None:
    """A given port outlives its detaching, one that nova made does not."""
    (first,) = addresses(sdk, server)
    cloud.do("port", "create", "--network", "private", "att-port")
    cloud.do("server", "add", "port", server.id, "att-port")
    port = sdk.network.find_port("att-port")
    assert (port.device_id, len(addresses(sdk, server))) == (server.id, 2)
    until(lambda: sdk.network.get_port(port.id).status == "ACTIVE")
    cloud.do("server", "remove", "port", server.id, "att-port")
    until(lambda: addresses(sdk, server) == [first])
    assert sdk.network.get_port(port.id).device_id == ""
    sdk.network.delete_port(port)
    wish = ("--fixed-ip-address", "10.0.1.77", server.id, "private")
    cloud.do("server", "add", "fixed", "ip", *wish)
    assert addresses(sdk, server) == sorted([first, "10.0.1.77"])
    taken = cloud.openstack("server", "add", "fixed", "ip", *wish)
    assert (taken["code"], "409" in taken["err"]) == (1, True), taken
    (made,) = sdk.network.ports(fixed_ips="ip_address=10.0.1.77")
    cloud.do("server", "remove", "port", server.id, made.id)
    until(lambda: addresses(sdk, server) == [first])
    assert sdk.network.find_port(made.id) is None


def test_a_port_gets_one_more_address(nova: Any, sdk: Any, server: Any) -> None:
    """addFixedIp and removeFixedIp: on the same port, and nowhere else."""
    (before,) = addresses(sdk, server)
    network = sdk.network.find_network("private").id
    act = f"/servers/{server.id}/action"
    nova.client.post(act, body={"addFixedIp": {"networkId": network}})
    until(lambda: len(addresses(sdk, server)) == 2)
    (port,) = nova.servers.interface_list(server.id)
    assert len(port.fixed_ips) == 2
    (more,) = set(addresses(sdk, server)) - {before}
    nova.client.post(act, body={"removeFixedIp": {"address": more}})
    until(lambda: addresses(sdk, server) == [before])


def test_neutron_deletes_a_port_and_nova_forgets_it(sdk: Any, server: Any) -> None:
    """network-vif-deleted: the card is unplugged, the address is gone."""
    (before,) = addresses(sdk, server)
    network = sdk.network.find_network("private").id
    made = sdk.compute.create_server_interface(server, net_id=network)
    assert len(addresses(sdk, server)) == 2
    sdk.network.delete_port(made.port_id)
    until(lambda: addresses(sdk, server) == [before])


@pytest.mark.parametrize(
    ("method", "below", "body", "code"),
    [
        ("POST", "/os-volume_attachments", {}, 400),
        ("POST", "/os-volume_attachments", {"volumeAttachment": {}}, 400),
        (
            *("POST", "/os-volume_attachments"),
            {"volumeAttachment": {"volumeId": NOBODY, "device": "sda"}},
            400,
        ),
        (
            *("POST", "/os-volume_attachments"),
            {"volumeAttachment": {"volumeId": NOBODY}},
            404,
        ),
        ("DELETE", f"/os-volume_attachments/{NOBODY}", None, 404),
        ("POST", "/os-interface", {"interfaceAttachment": {"port_id": "x"}}, 400),
        (
            *("POST", "/os-interface"),
            {"interfaceAttachment": {"port_id": NOBODY, "net_id": NOBODY}},
            400,
        ),
        (
            *("POST", "/os-interface"),
            {"interfaceAttachment": {"fixed_ips": [{"ip_address": "10.0.0.9"}]}},
            400,
        ),
        ("POST", "/os-interface", {"interfaceAttachment": {"net_id": NOBODY}}, 404),
        ("POST", "/os-interface", {"interfaceAttachment": {"port_id": NOBODY}}, 404),
        ("POST", "/action", {"addFixedIp": {}}, 400),
        ("POST", "/action", {"removeFixedIp": {"address": "x"}}, 400),
        ("POST", "/action", {"unpause": None}, 409),
        ("POST", "/action", {"resume": None}, 409),
        ("POST", "/action", {"createImage": {"name": ""}}, 400),
        ("POST", "/action", {"rebuild": {}}, 400),
        ("POST", "/action", {"rebuild": {"imageRef": NOBODY}}, 400),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    cloud: UpCloud, server: Any, method: str, below: str, body: Any, code: int
) -> None:
    """By the schema, or because there is no such thing, or not now; nothing is left."""
    admin = cloud.person("admin", "demo")
    path = f"/v2.1/{admin.project}/servers/{server.id}"
    answer = admin.ask("nova", method, path + below, body)
    assert answer.status_code == code, answer.text
    left = admin.told("nova", path + "/os-volume_attachments")["volumeAttachments"]
    assert left == []


def test_a_locked_server_keeps_what_it_has(
    cloud: UpCloud, sdk: Any, server: Any
) -> None:
    """409 for its owner, whatever is to be attached or done; an image may be made."""
    demo = cloud.person("demo", "demo")
    path = f"/v2.1/{demo.project}/servers/{server.id}"
    network = sdk.network.find_network("private").id
    image = sdk.image.find_image("guest").id
    assert demo.ask("nova", "POST", path + "/action", {"lock": None}).is_success
    for below, body in (
        ("/os-volume_attachments", {"volumeAttachment": {"volumeId": NOBODY}}),
        ("/os-interface", {"interfaceAttachment": {"net_id": network}}),
        ("/action", {"addFixedIp": {"networkId": network}}),
        ("/action", {"removeFixedIp": {"address": "10.0.0.3"}}),
        ("/action", {"pause": None}),
        ("/action", {"suspend": None}),
        ("/action", {"rebuild": {"imageRef": image}}),
    ):
        assert demo.ask("nova", "POST", path + below, body).status_code == 409, body
    assert demo.ask("nova", "POST", path + "/action", {"unlock": None}).is_success


def test_snapshots_of_volumes(cloud: UpCloud, sdk: Any) -> None:
    """Made, listed, renamed; a volume made of one; the original stays until it is gone."""
    volume = make_volume(sdk, "snap-volume")
    cloud.do("volume", "snapshot", "create", "--volume", "snap-volume", "snap")
    cloud.do("volume", "snapshot", "set", "--name", "renamed", "snap")
    listed = {one["Name"] for one in cloud.ask("volume", "snapshot", "list")}
    assert "renamed" in listed
    shown = cloud.ask("volume", "snapshot", "show", "renamed")
    assert (shown["status"], shown["size"], shown["volume_id"]) == (
        *("available", 1),
        volume.id,
    )
    assert cloud.openstack("volume", "delete", volume.id)["code"] == 1
    cloud.do("volume", "create", "--snapshot", "renamed", "snap-copy")
    copy = sdk.block_storage.find_volume("snap-copy")
    become(sdk, copy, "available")
    assert (copy.size, copy.snapshot_id) == (1, shown["id"])
    cloud.do("volume", "snapshot", "delete", "renamed")
    cloud.do("volume", "delete", volume.id, copy.id)
