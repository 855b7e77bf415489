"""The unmodified python-novaclient, at the versions that Newton speaks."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.served.clients import UpCloud
from tests.functional.served.test_openstacksdk import wait

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the clients' own, not ours
    pytest.mark.timeout(240),
]


@pytest.fixture(scope="module")
def nova(cloud: UpCloud) -> Iterator[Any]:
    """A client that speaks the newest version of Newton."""
    connection = cloud.connect()
    yield client(connection, "2.38")
    connection.close()


def client(connection: Any, version: str) -> Any:
    """Return a client of the version."""
    from novaclient.client import Client

    return Client(version, session=connection.session)


def test_the_newest_version_is_newton_s(cloud: UpCloud, nova: Any) -> None:
    """2.38; the client refuses to go further with this server."""
    from novaclient import api_versions

    newest = nova.versions.get_current()
    assert (newest.version, newest.min_version) == ("2.38", "2.1")
    wanted = api_versions.APIVersion("2.latest")
    assert api_versions.discover_version(nova, wanted).get_string() == "2.38"


def test_a_server_s_life(nova: Any, sdk: Any) -> None:
    """Create with a port, a group and metadata; list, console, actions, delete."""
    network = sdk.network.find_network("private")
    port = sdk.network.create_port(network_id=network.id)
    group = nova.server_groups.create("nova-group", ["anti-affinity"])
    server = nova.servers.create(
        "nova-1",
        sdk.image.find_image("guest").id,
        nova.flavors.find(name="m1.tiny"),
        nics=[{"port-id": port.id}],
        meta={"of": "nova"},
        scheduler_hints={"group": group.id},
        description="a server",
    )
    wait(sdk, sdk.compute.get_server(server.id))
    shown = nova.servers.get(server.id)
    assert shown.metadata == {"of": "nova"}
    assert shown.description == "a server"
    assert nova.server_groups.get(group.id).members == [server.id]
    assert "FAKE CONSOLE" in nova.servers.get_console_output(server.id)
    assert [each.action for each in nova.instance_action.list(server.id)] == ["create"]
    nova.servers.delete(server.id)
    sdk.compute.wait_for_delete(
        sdk.compute.find_server(server.id) or shown, interval=0.1, wait=50
    )
    assert sdk.network.get_port(port.id).device_id == ""
    sdk.network.delete_port(port)
    nova.server_groups.delete(group.id)


def test_older_versions_show_less(nova: Any, sdk: Any) -> None:
    """The type of a key pair is from 2.2 on, its pages from 2.35 on."""
    nova.keypairs.create("nova-key")
    try:
        old = client(sdk, "2.1").keypairs.get("nova-key")
        new = client(sdk, "2.2").keypairs.get("nova-key")
        assert not hasattr(old, "type")
        assert new.type == "ssh"
        assert len(nova.keypairs.list(limit=1)) == 1
    finally:
        nova.keypairs.delete("nova-key")


def test_aggregates_flavors_and_quotas(nova: Any, sdk: Any) -> None:
    """What an administrator does with it."""
    aggregate = nova.aggregates.create("nova-agg", None)
    nova.aggregates.add_host(aggregate, "compute2")
    nova.aggregates.set_metadata(aggregate, {"ssd": "true"})
    assert nova.aggregates.get(aggregate.id).hosts == ["compute2"]
    nova.aggregates.remove_host(aggregate, "compute2")
    nova.aggregates.delete(aggregate)
    flavor = nova.flavors.create("nova-flavor", 64, 1, 1)
    flavor.set_keys({"a": "b"})
    assert flavor.get_keys() == {"a": "b"}
    nova.flavors.delete(flavor)
    project = sdk.identity.find_project("admin").id
    before = nova.quotas.get(project).instances
    nova.quotas.update(project, instances=99)
    assert nova.quotas.get(project).instances == 99
    nova.quotas.delete(project)
    assert nova.quotas.get(project).instances == before
    assert {s.binary for s in nova.services.list()} >= {"nova-compute"}
    assert nova.hypervisors.statistics().count == 3
