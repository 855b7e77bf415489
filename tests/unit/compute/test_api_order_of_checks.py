"""Which error a request gets that is wrong in several ways."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from oslo_utils import units

from tests.unit.api_world import (
    IMAGE,
    KERNEL,
    World,
    make_flavor,
    networks,
    new_world,
    root_disk,
)
from tracenova import exception

Wishes = dict[str, Any]
Break = Callable[[World, Wishes], None]
NOWHERE = "44444444-4444-4444-8444-444444444444"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A nova-api with empty databases."""
    with new_world(tmp_path, monkeypatch) as made:
        yield made


def _fixed_ip(world: World, wishes: Wishes) -> None:
    wishes.update(requested_networks=networks(address="10.0.0.5"), max_count=2)


def _port(world: World, wishes: Wishes) -> None:
    kept = wishes.get("requested_networks")
    more = networks(port_id=NOWHERE)
    if kept is not None:
        more.objects.extend(kept.objects)
    wishes.update(requested_networks=more, max_count=2)


def _zone(world: World, wishes: Wishes) -> None:
    wishes["availability_zone"] = "nowhere"


def _image(world: World, wishes: Wishes) -> None:
    wishes["image_href"] = NOWHERE


def _auto_disk_config(world: World, wishes: Wishes) -> None:
    wishes["auto_disk_config"] = True
    world.image()["properties"]["auto_disk_config"] = "Disabled"


def _flavor_disabled(world: World, wishes: Wishes) -> None:
    wishes["instance_type"].disabled = True


def _user_data_long(world: World, wishes: Wishes) -> None:
    wishes["user_data"] = "A" * 65536


def _security_group(world: World, wishes: Wishes) -> None:
    wishes["security_group"] = ["default", "unknown"]


def _network(world: World, wishes: Wishes) -> None:
    world.neutron.error = exception.NetworkNotFound(network_id=NOWHERE)


def _kernel(world: World, wishes: Wishes) -> None:
    world.image()["properties"]["kernel_id"] = KERNEL


def _config_drive(world: World, wishes: Wishes) -> None:
    wishes["config_drive"] = "perhaps"


def _key(world: World, wishes: Wishes) -> None:
    wishes["key_name"] = "lost"


def _pci_alias(world: World, wishes: Wishes) -> None:
    wishes["instance_type"].extra_specs = {"pci_passthrough:alias": "gpu:1"}


def _sriov(world: World, wishes: Wishes) -> None:
    world.neutron.sriov_error = exception.PortNotFound(port_id=NOWHERE)


def _port_quota(world: World, wishes: Wishes) -> None:
    world.neutron.ports_for = 0


def _root_volume(world: World, wishes: Wishes) -> None:
    volume = {
        "source_type": "volume",
        "destination_type": "volume",
        "volume_id": NOWHERE,
        "device_name": "/dev/vda",
        "boot_index": None,
    }
    wishes["block_device_mapping"] = [root_disk(), volume]


def _metadata(world: World, wishes: Wishes) -> None:
    wishes["metadata"] = {f"key{number}": "v" for number in range(129)}


def _files(world: World, wishes: Wishes) -> None:
    wishes["injected_files"] = [("/a", "b")] * 6


def _image_queued(world: World, wishes: Wishes) -> None:
    world.image(status="queued")


def _image_config_drive(world: World, wishes: Wishes) -> None:
    world.image()["properties"]["img_config_drive"] = "never"


def _min_ram(world: World, wishes: Wishes) -> None:
    world.image(min_ram=513)


def _image_size(world: World, wishes: Wishes) -> None:
    world.image(size=2 * units.Gi)


def _min_disk(world: World, wishes: Wishes) -> None:
    world.image(min_disk=2)


def _group(world: World, wishes: Wishes) -> None:
    wishes["scheduler_hints"] = {"group": NOWHERE}


def _quota(world: World, wishes: Wishes) -> None:
    world.conf.set_override("quota_instances", 0)


# Nova's order: boot-path 3.1, 3.2, 3.3.
IN_ORDER: list[tuple[Break, type[exception.NovaException]]] = [
    (_fixed_ip, exception.InvalidFixedIpAndMaxCountRequest),
    (_port, exception.MultiplePortsNotApplicable),
    (_zone, exception.InvalidRequest),
    (_image, exception.ImageNotFound),
    (_auto_disk_config, exception.AutoDiskConfigDisabledByImage),
    (_flavor_disabled, exception.FlavorNotFound),
    (_user_data_long, exception.InstanceUserDataTooLarge),
    (_security_group, exception.SecurityGroupNotFoundForProject),
    (_network, exception.NetworkNotFound),
    (_kernel, exception.ImageNotFound),
    (_config_drive, exception.ConfigDriveInvalidValue),
    (_key, exception.KeypairNotFound),
    (_image_config_drive, exception.InvalidRequest),
    (_pci_alias, exception.PciRequestAliasNotDefined),
    (_sriov, exception.PortNotFound),
    (_port_quota, exception.PortLimitExceeded),
    (_root_volume, exception.InvalidRequest),
    (_metadata, exception.MetadataLimitExceeded),
    (_files, exception.OnsetFileLimitExceeded),
    (_image_queued, exception.ImageNotActive),
    (_min_ram, exception.FlavorMemoryTooSmall),
    (_image_size, exception.FlavorDiskSmallerThanImage),
    (_min_disk, exception.FlavorDiskSmallerThanMinDisk),
    (_group, exception.InstanceGroupNotFound),
    (_quota, exception.TooManyInstances),
]


def _wishes() -> Wishes:
    return {"instance_type": make_flavor(), "image_href": IMAGE}


@pytest.mark.parametrize(
    "first", range(len(IN_ORDER)), ids=lambda i: IN_ORDER[i][0].__name__
)
def test_the_first_of_all_remaining_errors_wins(world: World, first: int) -> None:
    """Rule: with everything wrong from the n-th check on, the n-th check's error is told."""
    wishes = _wishes()
    if IN_ORDER[first][0] is _fixed_ip:
        _port(world, wishes)
        _fixed_ip(world, wishes)
    for make_wrong, _ in IN_ORDER[first:]:
        make_wrong(world, wishes)
    with pytest.raises(IN_ORDER[first][1]):
        world.create(**wishes)


@pytest.mark.parametrize(
    "which", range(len(IN_ORDER)), ids=lambda i: IN_ORDER[i][0].__name__
)
def test_a_refused_request_leaves_nothing_behind(world: World, which: int) -> None:
    """Rule: no server, no build request, no quota and no message after a refusal."""
    wishes = _wishes()
    make_wrong, error = IN_ORDER[which]
    make_wrong(world, wishes)
    with pytest.raises(error):
        world.create(**wishes)
    assert world.rows("InstanceList") == 0
    assert world.rows("BuildRequestList") == 0
    assert set(world.used().values()) == {(0, 0)}
    assert world.rpc.messages == []
