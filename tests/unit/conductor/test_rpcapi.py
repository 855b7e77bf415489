"""What older conductors are sent instead of a build_instances of today."""

from typing import Any

import pytest

from tests.unit.fake_rpc import FakeRpc
from tracenova import objects
from tracenova.conductor import rpcapi

FLAVOR = {"id": 1, "flavorid": "1", "name": "m1.tiny", "memory_mb": 512}


def build(cap: str | None, networks: Any = "one") -> None:
    """Send a build through a client with this cap."""
    if networks == "one":
        request = objects.NetworkRequest(network_id="net-1", address=None, port_id=None)
        networks = objects.NetworkRequestList(objects=[request])
    bdm = objects.BlockDeviceMapping(source_type="image", boot_index=0)
    rpcapi.ComputeTaskAPI(version_cap=cap).build_instances(
        None,  # type: ignore[arg-type]
        instances=[],
        image={"id": "img"},
        filter_properties={"instance_type": objects.Flavor(**FLAVOR), "limits": {}},
        admin_password="pw",
        injected_files=[],
        requested_networks=networks,
        security_groups=["default"],
        block_device_mapping=objects.BlockDeviceMappingList(objects=[bdm]),
        legacy_bdm=False,
    )


@pytest.mark.parametrize(
    ("cap", "version", "flavor", "networks", "disks"),
    [
        (None, "1.10", objects.Flavor, objects.NetworkRequestList, False),
        ("1.15", "1.10", objects.Flavor, objects.NetworkRequestList, False),
        ("1.10", "1.10", objects.Flavor, objects.NetworkRequestList, False),
        ("1.9", "1.9", dict, objects.NetworkRequestList, False),
        ("1.8", "1.8", dict, list, False),
        ("1.5", "1.5", dict, list, True),
    ],
)
def test_each_cap_gets_the_newest_form_that_it_allows(
    fake_rpc: FakeRpc,
    cap: str | None,
    version: str,
    flavor: type,
    networks: type,
    disks: bool,
) -> None:
    """Rule: 1.10 flavor object, 1.9 its dict, 1.8 networks as tuples, 1.5 disks too."""
    build(cap)
    (message,) = fake_rpc.messages
    assert (message.kind, message.method, message.version) == (
        "cast",
        "build_instances",
        version,
    )
    assert isinstance(message.kwargs["filter_properties"]["instance_type"], flavor)
    assert isinstance(message.kwargs["requested_networks"], networks)
    assert ("block_device_mapping" in message.kwargs) is disks
    assert ("legacy_bdm" in message.kwargs) is disks


def test_any_conductor_may_take_the_build(fake_rpc: FakeRpc) -> None:
    """Rule: topic conductor, namespace compute_task, no server, no fanout."""
    build(None)
    assert (fake_rpc.target.topic, fake_rpc.target.namespace) == (
        "conductor",
        "compute_task",
    )
    assert (fake_rpc.messages[0].server, fake_rpc.messages[0].fanout) == (None, False)


def test_tuples_are_network_address_port_and_pci_request(fake_rpc: FakeRpc) -> None:
    """Rule: an old conductor reads (network_id, address, port_id, pci_request_id)."""
    build("1.8")
    assert fake_rpc.messages[0].kwargs["requested_networks"] == [
        ("net-1", None, None, None)
    ]


def test_a_build_without_networks_crashes_below_1_9(fake_rpc: FakeRpc) -> None:
    """Rule (Nova's latent bug, kept): None has no as_tuples; no cap ever reaches it."""
    with pytest.raises(AttributeError, match="as_tuples"):
        build("1.8", networks=None)
    fake_rpc.cap = None
    build("1.9", networks=None)
    assert fake_rpc.messages[0].kwargs["requested_networks"] is None


def test_a_cap_of_1_7_still_names_the_message_1_8(fake_rpc: FakeRpc) -> None:
    """Rule (Nova's, kept): 1.7 and 1.8 have the same arguments; the name is 1.8's."""
    with pytest.raises(AssertionError, match="beyond the cap"):
        build("1.7")
