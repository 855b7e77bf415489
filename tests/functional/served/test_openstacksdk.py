"""The unmodified openstacksdk: programs that use a cloud."""

import uuid
from typing import Any

import pytest

from tests.functional.served.clients import UpCloud

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),  # a server is built by ten threads of one busy process
]


def create(sdk: Any, name: str, **words: Any) -> Any:
    """Create a server of the smallest kind and return it as accepted."""
    flavor = sdk.compute.find_flavor(words.pop("flavor", "m1.tiny"))
    if "block_device_mapping" not in words:
        words["image_id"] = sdk.image.find_image("guest").id
    words.setdefault("networks", [{"uuid": sdk.network.find_network("private").id}])
    return sdk.compute.create_server(name=name, flavor_id=flavor.id, **words)


def wait(sdk: Any, server: Any, status: str = "ACTIVE", failures: Any = None) -> Any:
    """Wait until the server has the status."""
    return sdk.compute.wait_for_server(
        server, status=status, failures=failures, interval=0.1, wait=120
    )


def delete(sdk: Any, *servers: Any) -> None:
    """Delete the servers and wait until they are gone."""
    for server in servers:
        sdk.compute.delete_server(server)
    for server in servers:
        sdk.compute.wait_for_delete(server, interval=0.1, wait=50)


def test_a_project_is_what_the_token_says(cloud: UpCloud, sdk: Any) -> None:
    """Both people of clouds.yaml work in the same project, with different roles."""
    demo = cloud.connect("tracenova-demo")
    assert sdk.current_project_id == demo.current_project_id
    assert sdk.current_user_id != demo.current_user_id
    demo.close()


def test_several_servers_in_one_request_and_pages_of_them(sdk: Any) -> None:
    """min_count and max_count; then sorted, filtered, two a page.

    Servers that are not built yet would come twice, in Newton as here: the marker is a
    build request or a server of the cell, and holds for one of the two.
    """
    flavor, image = sdk.compute.find_flavor("m1.tiny"), sdk.image.find_image("guest")
    answer = sdk.compute.post(
        "/servers",
        json={
            "server": {
                "name": "sdk-many",
                "flavorRef": flavor.id,
                "imageRef": image.id,
                "networks": [{"uuid": sdk.network.find_network("private").id}],
                "min_count": 2,
                "max_count": 3,
            }
        },
    )
    assert answer.status_code == 202
    for server in sdk.compute.servers(name="sdk-many"):
        wait(sdk, server)
    found = list(
        sdk.compute.servers(
            name="sdk-many", sort_key="display_name", sort_dir="desc", limit=2
        )
    )
    names = [server.name for server in found]
    assert names == ["sdk-many-3", "sdk-many-2", "sdk-many-1"]
    delete(sdk, *found)


def test_a_fault_and_the_actions_tell_why(sdk: Any) -> None:
    """Too large for every host: ERROR, with No valid host as its fault."""
    server = create(sdk, "sdk-huge", flavor="m1.huge")
    failed = wait(sdk, server, status="ERROR", failures=["ACTIVE"])
    assert "No valid host was found" in failed.fault["message"]
    assert failed.fault["code"] == 500
    actions = list(sdk.compute.server_actions(server))
    assert [action.action for action in actions] == ["create"]
    shown = sdk.compute.get_server_action(actions[0].request_id, server)
    assert shown.request_id == actions[0].request_id
    delete(sdk, failed)


def test_a_server_boots_from_a_volume(sdk: Any) -> None:
    """The volume is made of an image, in use while the server is there."""
    image = sdk.image.find_image("guest")
    volume = sdk.block_storage.create_volume(name="sdk-root", size=1, image_id=image.id)
    sdk.block_storage.wait_for_status(volume, "available", interval=0.1, wait=50)
    server = create(
        sdk,
        "sdk-volume",
        block_device_mapping=[
            {
                "boot_index": 0,
                "uuid": volume.id,
                "source_type": "volume",
                "destination_type": "volume",
            }
        ],
    )
    active = wait(sdk, server)
    assert [each["id"] for each in active.attached_volumes] == [volume.id]
    (attached,) = sdk.compute.volume_attachments(server)
    assert attached.volume_id == volume.id
    assert attached.device.startswith("/dev/")
    assert sdk.block_storage.get_volume(volume).status == "in-use"
    delete(sdk, server)
    sdk.block_storage.wait_for_status(volume, "available", interval=0.1, wait=50)
    sdk.block_storage.delete_volume(volume)
    sdk.block_storage.wait_for_delete(volume, interval=0.1, wait=50)


def test_the_console_says_what_the_driver_gives(sdk: Any) -> None:
    """Only the last lines, when only those are asked for."""
    server = wait(sdk, create(sdk, "sdk-console"))
    output = sdk.compute.get_server_console_output(server, length=1)["output"]
    assert output == "LAST LINE"
    delete(sdk, server)


def test_keys_groups_and_flavors_come_and_go(sdk: Any) -> None:
    """What a server needs beside it."""
    key = sdk.compute.create_keypair(name="sdk-key")
    assert "PRIVATE KEY" in key.private_key
    assert sdk.compute.get_keypair("sdk-key").fingerprint == key.fingerprint
    sdk.compute.delete_keypair("sdk-key")
    assert sdk.compute.find_keypair("sdk-key") is None
    group = sdk.compute.create_server_group(
        name="sdk-group", policies=["soft-affinity"]
    )
    assert sdk.compute.get_server_group(group).policies == ["soft-affinity"]
    sdk.compute.delete_server_group(group)
    flavor = sdk.compute.create_flavor(name="sdk-flavor", ram=64, vcpus=1, disk=1)
    assert sdk.compute.get_flavor(flavor).ram == 64
    sdk.compute.delete_flavor(flavor)
    assert sdk.compute.find_flavor("sdk-flavor") is None


def test_the_cloud_itself_is_seen_by_its_administrator(sdk: Any) -> None:
    """Hypervisors, services, zones, limits, quotas."""
    hypervisors = list(sdk.compute.hypervisors(details=True))
    assert {each.name for each in hypervisors} >= {"compute1", "compute2"}
    services = {service.binary for service in sdk.compute.services()}
    assert services == {"nova-conductor", "nova-scheduler", "nova-compute"}
    assert "nova" in {zone.name for zone in sdk.compute.availability_zones()}
    assert sdk.compute.get_limits().absolute.instances == 1000
    assert sdk.compute.get_quota_set(sdk.current_project_id).cores == 1000


def test_networks_are_listed_in_pages(sdk: Any) -> None:
    """The SDK follows neutron's links until there are none."""
    made = [sdk.network.create_network(name=f"sdk-{each}") for each in range(4)]
    listed = sdk.network.networks(limit=2, sort_key="name", sort_dir="asc")
    names = [each.name for each in listed]
    assert names == sorted(names)
    assert set(names) >= {"sdk-0", "sdk-1", "sdk-2", "sdk-3"}
    for network in made:
        sdk.network.delete_network(network)


def test_images_are_listed_in_pages(sdk: Any) -> None:
    """The SDK follows glance's ``next`` until there is none."""
    for each in range(3):
        sdk.image.create_image(
            f"sdk-{each}", disk_format="raw", container_format="bare", data=b"x"
        )
    names = {image.name for image in sdk.image.images(limit=1)}
    assert names >= {"guest", "sdk-0", "sdk-1", "sdk-2"}
    for each in range(3):
        sdk.image.delete_image(sdk.image.find_image(f"sdk-{each}"))


def test_what_is_not_there_is_not_found(sdk: Any) -> None:
    """Every service says 404 in its own words."""
    import openstack.exceptions

    nowhere = str(uuid.uuid4())
    for get in (
        sdk.compute.get_server,
        sdk.image.get_image,
        sdk.network.get_port,
        sdk.block_storage.get_volume,
        sdk.compute.get_server_group,
    ):
        with pytest.raises(openstack.exceptions.NotFoundException, match=nowhere):
            get(nowhere)
