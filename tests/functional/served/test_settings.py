"""``openstack … set`` and its like: what is changed of things that exist."""

from pathlib import Path
from typing import Any

import pytest

from tests.functional.served.changes import until
from tests.functional.served.clients import UpCloud
from tests.functional.served.test_openstacksdk import create, delete, wait

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),
]


def refused(cloud: UpCloud, *words: str, cloud_name: str = "tracenova") -> str:
    """Run a command that must fail; return what it says."""
    answer = cloud.openstack(*words, cloud=cloud_name)
    assert answer["code"] == 1, answer
    assert "Traceback" not in answer["err"]
    return str(answer["err"])


def test_an_aggregate_is_renamed_and_becomes_a_zone(cloud: UpCloud) -> None:
    """409: the name is taken; 400: a host would stand in two zones."""
    for name in ("set-one", "set-two"):
        cloud.do("aggregate", "create", name)
        cloud.do("aggregate", "add", "host", name, "compute2")
    cloud.do("aggregate", "set", "--name", "set-1", "--zone", "set-zone", "set-one")
    shown = cloud.ask("aggregate", "show", "set-1")
    assert (shown["availability_zone"], shown["hosts"]) == ("set-zone", ["compute2"])
    assert "409" in refused(cloud, "aggregate", "set", "--name", "set-1", "set-two")
    assert "400" in refused(cloud, "aggregate", "set", "--zone", "other", "set-two")
    assert "No Aggregate" in refused(cloud, "aggregate", "set", "--zone", "z", "none")
    for name in ("set-1", "set-two"):
        cloud.do("aggregate", "remove", "host", name, "compute2")
        cloud.do("aggregate", "delete", name)


def test_a_service_that_there_is_not_cannot_be_deleted(cloud: UpCloud) -> None:
    """404; 400 for what is no number."""
    assert "404" in refused(cloud, "compute", "service", "delete", "999")
    assert "404" in refused(cloud, "compute", "service", "delete", 25 * "9")
    assert "400" in refused(cloud, "compute", "service", "delete", "x")


def test_numbers_that_no_database_has_room_for(cloud: UpCloud) -> None:
    """404 for an id, an empty list for a filter."""
    admin = cloud.person("admin", "demo")
    nova, number = f"/v2.1/{admin.project}", 25 * "9"
    for path in (f"/os-aggregates/{number}", f"/os-hypervisors/{number}"):
        assert admin.ask("nova", "GET", nova + path).status_code == 404
    for query in (f"minRam={number}", f"minDisk={number}"):
        assert admin.told("nova", f"{nova}/flavors?{query}")["flavors"] == []
    assert admin.told("nova", f"{nova}/flavors?minRam=-{number}")["flavors"]


def test_the_addresses_of_a_server(sdk: Any, cloud: UpCloud) -> None:
    """All of them, or those on one network."""
    server = wait(sdk, create(sdk, "set-ips"))
    (address,) = sdk.compute.server_ips(server)
    (shown,) = sdk.compute.get_server(server.id).addresses["private"]
    assert (address.address, address.version) == (shown["addr"], 4)
    (again,) = sdk.compute.server_ips(server, network_label="private")
    assert again.address == address.address
    assert sdk.compute.get(f"/servers/{server.id}/ips/none").status_code == 404
    delete(sdk, server)


def test_properties_of_volumes_and_snapshots(cloud: UpCloud) -> None:
    """Added, shown, taken away; 404 for what is not there."""
    cloud.do("volume", "create", "--size", "1", "--property", "x=y", "set-volume")
    cloud.do("volume", "set", "--property", "a=b", "set-volume")
    cloud.do("volume", "unset", "--property", "x", "set-volume")
    assert cloud.ask("volume", "show", "set-volume")["properties"] == {"a": "b"}
    assert "404" in refused(cloud, "volume", "unset", "--property", "x", "set-volume")
    until(lambda: cloud.ask("volume", "show", "set-volume")["status"] == "available")
    snapshot = ("volume", "snapshot")
    cloud.do(*snapshot, "create", "--volume", "set-volume", "set-snapshot")
    cloud.do(*snapshot, "set", "--property", "q=1", "set-snapshot")
    assert cloud.ask(*snapshot, "show", "set-snapshot")["properties"] == {"q": "1"}
    cloud.do(*snapshot, "unset", "--property", "q", "set-snapshot")
    assert cloud.ask(*snapshot, "show", "set-snapshot")["properties"] == {}
    cloud.do(*snapshot, "delete", "set-snapshot")
    cloud.do("volume", "delete", "set-volume")
    said = refused(cloud, "volume", "create", "--size", "1", "--type", "none", "v")
    assert "Volume type with name none could not be found" in said


def test_quotas_are_set_and_hold_and_are_deleted(cloud: UpCloud) -> None:
    """Nova's, cinder's and neutron's by one command; another project keeps its own."""

    def limits() -> dict[str, int]:
        return {r["Resource"]: r["Limit"] for r in cloud.ask("quota", "show", "demo")}

    before = limits()
    ports = len(cloud.ask("port", "list", "--project", "demo"))
    sizes = [int(volume["Size"]) for volume in cloud.ask("volume", "list")]
    count, held = len(sizes) + 1, sum(sizes)
    room = {"volumes": count, "gigabytes": held + 5, "ports": ports}
    wished = {**room, "cores": 7, "networks": 8}
    words = [w for name, n in wished.items() for w in (f"--{name}", str(n))]
    cloud.do("quota", "set", *words, "demo")
    try:
        assert {name: limits()[name] for name in wished} == wished
        cloud.do("volume", "create", "--size", "1", "set-quota")
        over = ("volume", "create", "--size", "1", "set-more")
        assert "VolumeLimitExceeded" in refused(cloud, *over)
        over = ("volume", "create", "--size", "6", "set-more")
        said = f"quota is {held + 5}G and {held + 1}G has been consumed"
        assert said in refused(cloud, *over)
        over = ("port", "create", "--network", "private", "set-more")
        assert "Quota exceeded" in refused(cloud, *over)
        for kind in ("--compute", "--volume", "--network"):
            assert len(cloud.ask("quota", "list", kind)) >= 1
        others = cloud.ask("quota", "show", "alt_demo")
        assert {"Resource": "volumes", "Limit": 10} in others
        denied = ("quota", "set", "--volumes", "99", "demo")
        assert "403" in refused(cloud, *denied, cloud_name="tracenova-demo")
        cloud.do("volume", "delete", "set-quota")
    finally:
        for service in ("volume", "network"):
            cloud.do("quota", "delete", f"--{service}", "demo")
        cloud.do("quota", "set", "--cores", str(before["cores"]), "demo")
    assert limits() == before


def test_a_volume_in_use_is_refused_in_cinder_s_words(cloud: UpCloud, sdk: Any) -> None:
    """One sentence, not the body of cinder's answer."""
    server = wait(sdk, create(sdk, "set-words"))
    volume = sdk.create_volume(size=1, name="set-words", wait=True)
    cloud.do("server", "add", "volume", "set-words", "set-words")
    until(lambda: sdk.block_storage.get_volume(volume.id).status == "in-use")
    said = refused(cloud, "server", "add", "volume", "set-words", "set-words")
    assert "Invalid volume: status is in-use. (HTTP 400) (Request-ID: req-" in said
    assert "badRequest" not in said
    delete(sdk, server)
    until(lambda: sdk.block_storage.get_volume(volume.id).status == "available")
    sdk.block_storage.delete_volume(volume)


def test_an_image_is_held_back_and_shared(cloud: UpCloud, tmp_path: Path) -> None:
    """No server of a deactivated one; another project lists it once it has accepted."""
    (tmp_path / "data").write_bytes(b"an image")
    cloud.do(
        *("image", "create", "--disk-format", "raw", "--container-format", "bare"),
        *("--file", str(tmp_path / "data"), "set-image"),
    )
    cloud.do("image", "set", "--deactivate", "set-image")
    image = cloud.ask("image", "show", "set-image")
    assert image["status"] == "deactivated"
    boot = ("server", "create", "--flavor", "m1.tiny", "--image", "set-image", "s")
    assert "is not active" in refused(cloud, *boot)
    demo, other = cloud.person("demo", "demo"), cloud.person("alt_demo", "alt_demo")
    path = f"/v2/images/{image['id']}"
    assert demo.ask("glance", "GET", path + "/file").status_code == 403
    cloud.do("image", "set", "--activate", "set-image")
    assert demo.ask("glance", "GET", path + "/file").content == b"an image"

    def listed() -> set[str]:
        return {one["id"] for one in other.told("glance", "/v2/images")["images"]}

    assert other.ask("glance", "GET", path).status_code == 404
    cloud.do("image", "add", "project", "set-image", "alt_demo")
    assert "409" in refused(cloud, "image", "add", "project", "set-image", "alt_demo")
    assert other.told("glance", path)["id"] == image["id"]
    assert image["id"] not in listed()
    accepted = {"status": "accepted"}
    mine = f"{path}/members/{other.project}"
    assert demo.ask("glance", "PUT", mine, accepted).status_code == 403
    assert other.ask("glance", "PUT", mine, accepted).status_code == 200
    assert image["id"] in listed()
    (member,) = cloud.ask("image", "member", "list", "set-image")
    assert (member["Member ID"], member["Status"]) == (other.project, "accepted")
    for method in ("PATCH", "DELETE"):
        assert other.ask("glance", method, path, []).status_code == 403
    cloud.do("image", "remove", "project", "set-image", "alt_demo")
    assert image["id"] not in listed()
    assert other.ask("glance", "GET", path).status_code == 404
    assert "403" in refused(cloud, "image", "add", "project", "guest", "alt_demo")
    cloud.do("image", "delete", "set-image")


def test_numbers_may_come_as_texts(cloud: UpCloud) -> None:
    """The client sends --mtu as it was typed."""
    made = cloud.ask("network", "create", "--mtu", "1400", "set-mtu")
    assert made["mtu"] == 1400
    assert "400" in refused(cloud, "network", "create", "--mtu", "1", "set-mtu-2")
    cloud.do("network", "delete", "set-mtu")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        *(
            (f"server {words} set-not", "400")
            for words in (
                *("resize --flavor m1.tiny", "migrate", "shelve", "rescue"),
                *("unrescue", "dump create", "evacuate", "restore", "backup create"),
                *("resize confirm", "resize revert", "set --password x"),
            )
        ),
        ("server migration list", "404"),
        ("console url show set-not", "404"),
        ("server create --flavor m1.tiny --image guest --tag t x", "2.52"),
        ("server create --flavor m1.tiny --image guest --host h x", "2.74"),
        ("volume backup create set-not", "404"),
        ("network agent list", "404"),
        ("network trunk list", "404"),
        ("object store account show", "not found"),
        ("share list", "not found"),
    ],
    ids=str,
)
def test_what_is_not_here_is_not_found(
    cloud: UpCloud, not_here: str, words: str, said: str
) -> None:
    """As a real cloud without the extension, or older than the option, answers."""
    assert said in refused(cloud, *words.split())
    shown = cloud.ask("server", "show", not_here)
    assert (shown["status"], shown["OS-EXT-STS:task_state"]) == ("ACTIVE", None)


@pytest.fixture(scope="module")
def not_here(cloud: UpCloud, sdk: Any) -> Any:
    """A server and a volume named set-not."""
    server = wait(sdk, create(sdk, "set-not"))
    volume = sdk.create_volume(size=1, name="set-not", wait=True)
    yield server.id
    delete(sdk, server)
    sdk.block_storage.delete_volume(volume)
