"""What real clients have a server become: paused, suspended, an image, made anew."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.served.changes import until
from tests.functional.served.clients import UpCloud
from tests.functional.served.test_attaching import addresses, become, make_volume
from tests.functional.served.test_novaclient import client
from tests.functional.served.test_openstacksdk import create, delete, wait

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),
]


@pytest.fixture(scope="module")
def nova(sdk: Any) -> Any:
    """A novaclient that speaks the newest version of Newton."""
    return client(sdk, "2.38")


@pytest.fixture(scope="module")
def server(sdk: Any) -> Iterator[Any]:
    """A server that is ACTIVE."""
    made = wait(sdk, create(sdk, "states"))
    yield made
    delete(sdk, made)


def test_a_server_is_paused_suspended_and_goes_on(
    cloud: UpCloud, nova: Any, server: Any
) -> None:
    """Each state shows in status and power state; each action is written down."""
    from novaclient import exceptions

    def becomes(status: str) -> int:
        until(lambda: nova.servers.get(server.id).status == status)
        shown = nova.servers.get(server.id)
        assert getattr(shown, "OS-EXT-STS:task_state") is None
        return int(getattr(shown, "OS-EXT-STS:power_state"))

    cloud.do("server", "pause", server.id)
    assert becomes("PAUSED") == 3
    with pytest.raises(exceptions.Conflict):
        nova.servers.suspend(server.id)
    nova.servers.unpause(server.id)
    assert becomes("ACTIVE") == 1
    nova.servers.suspend(server.id)
    assert becomes("SUSPENDED") == 4
    cloud.do("server", "resume", server.id)
    assert becomes("ACTIVE") == 1
    done = [each.action for each in nova.instance_action.list(server.id)]
    assert done[:4] == ["resume", "suspend", "unpause", "pause"]
    (paused,) = [e for e in nova.instance_action.list(server.id) if e.action == "pause"]
    (event,) = nova.instance_action.get(server.id, paused.request_id).events
    assert (event["event"], event["result"]) == ("compute_pause_instance", "Success")


def test_an_image_is_made_of_a_server_and_a_server_of_the_image(
    cloud: UpCloud, sdk: Any, server: Any
) -> None:
    """queued → saving → active; rebuilt from it the server keeps uuid, host and ports."""
    before = addresses(sdk, server)
    cloud.do("server", "image", "create", "--name", "copy", server.id)
    until(lambda: sdk.image.find_image("copy").status == "active")
    image = sdk.image.find_image("copy")
    assert image.instance_uuid == server.id
    assert (image.properties["image_type"], image.owner_id) == (
        "snapshot",
        sdk.current_project_id,
    )
    until(lambda: sdk.compute.get_server(server.id).task_state is None)
    sdk.compute.rebuild_server(server, image=image.id, name="anew")
    rebuilt = wait(sdk, sdk.compute.get_server(server.id))
    assert (rebuilt.image.id, rebuilt.name, addresses(sdk, server)) == (
        *(image.id, "anew"),
        before,
    )
    events = [e["Action"] for e in cloud.ask("server", "event", "list", server.id)]
    assert events[0] == "rebuild"
    sdk.image.delete_image(image)


def test_a_server_on_a_volume_becomes_an_image_of_snapshots(sdk: Any) -> None:
    """The image has no data, but names a snapshot; a server boots from that."""
    image = sdk.image.find_image("guest").id
    root = sdk.block_storage.create_volume(name="root", size=1, image_id=image)
    become(sdk, root, "available")
    disk = {
        "boot_index": 0,
        "uuid": root.id,
        "source_type": "volume",
        "destination_type": "volume",
        "volume_size": 1,
        "delete_on_termination": True,
    }
    first = wait(sdk, create(sdk, "on-volume", block_device_mapping=[disk]))
    made = sdk.compute.create_server_image(first, "of-snapshots")
    described = sdk.image.find_image("of-snapshots")
    assert (made.id, described.status) == (described.id, "queued")
    snapshot = sdk.block_storage.find_snapshot("snapshot for of-snapshots")
    copied = {**disk, "uuid": snapshot.id, "source_type": "snapshot"}
    second = wait(sdk, create(sdk, "of-snapshot", block_device_mapping=[copied]))
    attached = sdk.compute.get_server(second.id).attached_volumes
    (volume,) = [sdk.block_storage.get_volume(one["id"]) for one in attached]
    assert (volume.snapshot_id, volume.is_bootable) == (snapshot.id, True)
    delete(sdk, second)
    sdk.image.delete_image(described)
    sdk.block_storage.delete_snapshot(snapshot)
    delete(sdk, first)


def test_servers_are_listed_by_their_tags(nova: Any, sdk: Any, server: Any) -> None:
    """All of them, any, not all, none; who is deleted has none any more."""
    other = wait(sdk, create(sdk, "tagged"))
    nova.servers.set_tags(server.id, ["red", "round"])
    nova.servers.set_tags(other.id, ["red"])

    def having(**filters: str) -> set[str]:
        opts = {name.replace("_", "-"): value for name, value in filters.items()}
        ids = {each.id for each in nova.servers.list(search_opts=opts)}
        return ids & {server.id, other.id}

    assert having(tags="red") == {server.id, other.id}
    assert having(tags="red,round") == {server.id}
    assert having(tags_any="round,square") == {server.id}
    assert having(not_tags="red,round") == {other.id}
    assert having(not_tags_any="round,square") == {other.id}
    assert having(not_tags_any="red") == set()
    nova.servers.delete_all_tags(server.id)
    delete(sdk, other)


def test_what_happened_is_in_the_trace(cloud: UpCloud, sdk: Any, server: Any) -> None:
    """From the answer's request id to the host's work: call, cast, the hypervisor."""
    from tracenova.trace.trace import Trace

    volume = make_volume(sdk, "traced")
    answer = sdk.compute.post(
        f"/servers/{server.id}/os-volume_attachments",
        json={"volumeAttachment": {"volumeId": volume.id}},
    )
    become(sdk, volume, "in-use")
    request_id = answer.headers["x-openstack-request-id"]

    def told() -> bool:
        spans = list(Trace.load(cloud.trace).spans)
        mine = {
            s.trace_id
            for s in spans
            if s.attributes.get("openstack.request_id") == request_id
        }
        names = {s.name for s in spans if s.trace_id in mine}
        return {
            "compute.reserve_block_device_name",
            "compute.attach_volume",
            "POST /v2/{project_id}/volumes/{volume_id}/action",
        } <= names

    until(told)
    sdk.compute.delete_volume_attachment(server, volume.id)
    become(sdk, volume, "available")
    sdk.block_storage.delete_volume(volume)
