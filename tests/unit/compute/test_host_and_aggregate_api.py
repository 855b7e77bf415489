"""What administrators do with services, hosts, zones and keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.api_world import World, new_world
from tracenova import availability_zones, compute, exception, objects
from tracenova.compute import keypair_api

KEY = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC5VqbzSMeLdDYkrFCxzJTbmOCDYkuKPHG8pcZUX2Wc"
    "Mn8tQyH+6ViqUjLM5CnYm9rCcKN0jfKwYKcRzTVfM6wqbXwk8lGvtx1Ff0IYAx7JnBz0cuNYkDo4nhK8"
    "P5yVtcl0oRaqoyv3qQmFmUQL1Vo8bv0xN4QFh2pXkq5dM3dDQQ== me"
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two compute hosts and a conductor."""
    with new_world(tmp_path, monkeypatch) as made:
        admin = made.context.elevated()
        for binary, host, topic in (
            ("nova-compute", "compute1", "compute"),
            ("nova-compute", "compute2", "compute"),
            ("nova-conductor", "controller", "conductor"),
        ):
            objects.Service(
                admin, binary=binary, host=host, topic=topic, report_count=0
            ).create()
        made.context = admin
        availability_zones.reset_cache()
        yield made


def make_zone(world: World, name: str, *hosts: str) -> Any:
    """An aggregate that makes a zone of the hosts."""
    api = compute.AggregateAPI()
    aggregate = api.create_aggregate(world.context, f"agg-{name}", name)
    for host in hosts:
        aggregate = api.add_host_to_aggregate(world.context, aggregate.id, host)
    return aggregate


def test_zones_are_aggregates_with_a_name_for_it(world: World) -> None:
    """Rule: aggregate's zone, else "nova"; other services stand in "internal"."""
    make_zone(world, "east", "compute1")
    zones = dict(
        availability_zones.get_availability_zones(world.context, True, with_hosts=True)
    )
    assert zones == {
        "east": {"compute1"},
        "nova": {"compute2"},
        "internal": {"controller"},
    }


def test_a_disabled_host_makes_its_zone_unavailable(world: World) -> None:
    """Rule: a zone is available while one of its services is enabled."""
    make_zone(world, "east", "compute1")
    compute.HostAPI().service_update(
        world.context, "compute1", "nova-compute", {"disabled": True}
    )
    available, unavailable = availability_zones.get_availability_zones(world.context)
    assert (sorted(available), unavailable) == (["internal", "nova"], ["east"])


def test_a_host_stands_in_one_zone_only(world: World) -> None:
    """Rule: a second zone is refused (400), when added and when renamed."""
    make_zone(world, "east", "compute1")
    with pytest.raises(exception.InvalidAggregateActionAdd, match="east"):
        make_zone(world, "west", "compute1")
    plain = make_zone(world, "", "compute1")
    with pytest.raises(exception.InvalidAggregateActionUpdateMeta, match="east"):
        compute.AggregateAPI().update_aggregate_metadata(
            world.context, plain.id, {"availability_zone": "west"}
        )


def test_an_aggregate_with_hosts_is_not_deleted(world: World) -> None:
    """Rule: take the hosts out first; the schedulers hear of every change."""
    aggregate = make_zone(world, "east", "compute1")
    api = compute.AggregateAPI()
    with pytest.raises(exception.InvalidAggregateActionDelete, match="not empty"):
        api.delete_aggregate(world.context, aggregate.id)
    api.remove_host_from_aggregate(world.context, aggregate.id, "compute1")
    world.rpc.messages.clear()
    api.delete_aggregate(world.context, aggregate.id)
    (message,) = world.rpc.messages
    assert (message.method, message.fanout) == ("delete_aggregate", True)


def test_an_unknown_host_joins_no_aggregate(world: World) -> None:
    """Rule: ComputeHostNotFound (404) before the aggregate is looked at."""
    with pytest.raises(exception.ComputeHostNotFound):
        compute.AggregateAPI().add_host_to_aggregate(world.context, 99, "nowhere")


def test_services_are_found_by_their_fields(world: World) -> None:
    """Rule: every filter must match; zone as a filter implies zones are read."""
    api = compute.HostAPI()
    found = api.service_get_all(world.context, {"topic": "compute"})
    assert sorted(service.host for service in found) == ["compute1", "compute2"]
    with pytest.raises(exception.HostBinaryNotFound):
        api.service_update(world.context, "compute1", "nova-lost", {"disabled": True})


def test_a_key_has_the_md5_fingerprint_of_its_blob(world: World) -> None:
    """Rule: sixteen pairs of hex digits; what is no key is InvalidKeypair (400)."""
    key = compute.KeypairAPI().import_key_pair(world.context, "demo-user", "mine", KEY)
    assert len(key.fingerprint.split(":")) == 16
    stored: Any = compute.KeypairAPI().get_key_pair(world.context, "demo-user", "mine")
    assert stored.public_key == KEY
    with pytest.raises(exception.InvalidKeypair):
        keypair_api.generate_fingerprint("ssh-rsa AAAA me")


@pytest.mark.parametrize("name", ["", "a/b", "x" * 256])
def test_bad_key_names_are_refused(world: World, name: str) -> None:
    """Rule: letters, digits, space, hyphen, underscore; 1 to 255 of them."""
    with pytest.raises(exception.InvalidKeypair):
        compute.KeypairAPI().import_key_pair(world.context, "demo-user", name, KEY)


def test_a_user_has_so_many_keys_and_no_more(world: World) -> None:
    """Rule: quota_key_pairs; the names of notifications are import.start and .end."""
    world.conf.set_override("quota_key_pairs", 1)
    api = compute.KeypairAPI()
    api.import_key_pair(world.context, "demo-user", "first", KEY)
    with pytest.raises(exception.KeypairLimitExceeded):
        api.import_key_pair(world.context, "demo-user", "second", KEY)
    assert [event for _, event, _ in world.notifier.sent] == [
        "keypair.import.start",
        "keypair.import.end",
    ]
