"""Orders: a lab's words become the document that is POSTed."""

import pytest

from tracenova.lab import files
from tracenova.lab.order import Order, OrderError

LAB = files.load("default")


def test_the_labs_own_request_becomes_a_body():
    """Name, flavor by id, image, network by uuid."""
    server = Order.of(LAB).body(LAB)["server"]
    assert server["name"] == "demo"
    assert server["flavorRef"] == "2"
    assert len(server["networks"]) == 1


def test_several_servers_are_min_and_max_count():
    """Nova may build fewer than max_count, so both are given."""
    server = Order.of(LAB, count=3).body(LAB)["server"]
    assert (server["min_count"], server["max_count"]) == (3, 3)


@pytest.mark.parametrize("network", ["auto", "none"])
def test_auto_and_none_are_words_of_the_api(network):
    """Microversion 2.37 knows both."""
    assert Order.of(LAB, network=network).body(LAB)["server"]["networks"] == network


@pytest.mark.parametrize("what", ["flavor", "image", "network"])
def test_an_unknown_thing_is_named_beside_the_known_ones(what):
    """One line tells what there is."""
    with pytest.raises(OrderError, match=f"no {what} 'nope' in this lab; there are: "):
        Order.of(LAB, **{what: "nope"}).body(LAB)


def test_a_group_becomes_a_hint():
    """Server groups are asked for by scheduler hint."""
    body = Order.of(LAB, hints={"same_host": "x"}).body(LAB, group_id="g")
    assert body["os:scheduler_hints"] == {"same_host": "x", "group": "g"}
