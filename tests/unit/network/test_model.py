"""The network model, and the list that is not there yet."""

import threading
from typing import Any

import pytest

from tests.unit.virt.support import make_network_info
from tracenova import exception
from tracenova.network import model


def make_port_model() -> Any:
    """Return a port with a fixed and a floating address."""
    gateway = model.IP(address="10.0.0.1", type="gateway")
    fixed = model.FixedIP(address="10.0.0.5")
    fixed.add_floating_ip(model.IP(address="192.0.2.7", type="floating"))
    subnet = model.Subnet(cidr="10.0.0.0/24", gateway=gateway, ips=[fixed])
    subnet.add_dns(model.IP(address="10.0.0.2", type="dns"))
    network = model.Network(id="n", bridge="br-int", label="private", tenant_id="t")
    network.add_subnet(subnet)
    return model.NetworkInfo(
        [model.VIF(id="p", address="fa:16:3e:0:0:1", network=network)]
    )


def test_json_and_back_is_the_same_model():
    """The info cache stores JSON; hydrate gives objects, not dicts, all the way down."""
    before = make_port_model()
    after = model.NetworkInfo.hydrate(before.json())
    assert after == before
    assert isinstance(after[0]["network"]["subnets"][0]["ips"][0], model.FixedIP)
    assert after[0]["network"].get_meta("tenant_id") == "t"


def test_versions_are_read_from_the_addresses():
    """An IP and a subnet know by themselves whether they are v4 or v6."""
    assert model.IP(address="2001:db8::1")["version"] == 6
    assert model.Subnet(cidr="10.0.0.0/24")["version"] == 4


def test_an_address_that_is_none_is_refused():
    """Nova raises InvalidIpAddressError."""
    with pytest.raises(exception.InvalidIpAddressError):
        model.IP(address="ten.zero.zero.one")


def test_labeled_ips_are_flat_with_floating_addresses_last():
    """The API's addresses view shows fixed and floating addresses in one list."""
    labeled = make_port_model()[0].labeled_ips()
    assert labeled["network_label"] == "private"
    assert [(ip["address"], ip["type"]) for ip in labeled["ips"]] == [
        ("10.0.0.5", "fixed"),
        ("192.0.2.7", "floating"),
    ]
    assert "floating_ips" not in labeled["ips"][0]


def test_async_network_waits_only_when_looked_into():
    """Nova goes on to the disks while the network is being allocated."""
    go_on = threading.Event()

    def allocate() -> Any:
        go_on.wait(30)
        return make_network_info()

    network_info = model.NetworkInfoAsyncWrapper(allocate)
    assert list.__len__(network_info) == 0
    go_on.set()
    assert len(network_info) == 1
    assert network_info.json() == make_network_info().json()


@pytest.mark.parametrize("look", [len, str, list, bool, lambda info: info[0]])
def test_every_look_into_an_async_network_surfaces_its_error(look):
    """An allocation error reaches whoever first uses the network."""

    def allocate() -> Any:
        raise exception.NoMoreFixedIps(net="n")

    with pytest.raises(exception.NoMoreFixedIps):
        look(model.NetworkInfoAsyncWrapper(allocate))


def test_waiting_without_raising_leaves_an_empty_network():
    """The clean-up after a failed build waits, but has its own error to report."""

    def allocate() -> Any:
        raise exception.NoMoreFixedIps(net="n")

    network_info = model.NetworkInfoAsyncWrapper(allocate)
    network_info.wait(do_raise=False)
    assert len(network_info) == 0


def test_two_threads_may_look_at_once():
    """The second waits for the first; neither sees a half-filled list."""
    started = threading.Event()

    def allocate() -> Any:
        started.wait(30)
        return make_network_info()

    network_info = model.NetworkInfoAsyncWrapper(allocate)
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append(len(network_info))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    started.set()
    for thread in threads:
        thread.join(30)
    assert seen == [1, 1]
