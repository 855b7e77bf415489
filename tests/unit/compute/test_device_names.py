"""Which name a disk gets in the guest."""

from types import SimpleNamespace
from typing import Any

import pytest

from tracenova import exception
from tracenova.compute import device_names

INSTANCE: Any = SimpleNamespace(root_device_name="/dev/vda", image_ref="img-1")


class Disk(SimpleNamespace):
    """A block device that can be saved."""

    saves = 0

    def save(self) -> None:
        """Count."""
        self.saves += 1


@pytest.mark.parametrize(
    ("taken", "root", "name"),
    [
        ([], None, "/dev/sda"),
        (["/dev/vda"], "/dev/vda", "/dev/vdb"),
        (["/dev/vda", "/dev/vdc"], "/dev/vda", "/dev/vdb"),
        ([f"/dev/vd{chr(c)}" for c in range(97, 123)], "/dev/vda", "/dev/vdaa"),
    ],
)
def test_the_next_free_letter_on_the_roots_bus(
    taken: list[str], root: str | None, name: str
) -> None:
    """a to z, then aa; without a root device Nova's old /dev/sda1 gives the bus."""
    assert device_names.get_next_device_name(INSTANCE, taken, root) == name


def test_of_a_wanted_name_only_the_letter_counts() -> None:
    """The bus is the root device's."""
    name = device_names.get_device_name_for_instance(INSTANCE, [], "/dev/xvdf")
    assert name == "/dev/vdf"


def test_a_name_that_is_taken_is_refused() -> None:
    """Two disks cannot share one."""
    disks = [Disk(device_name="/dev/vdb")]
    with pytest.raises(exception.DevicePathInUse):
        device_names.get_device_name_for_instance(INSTANCE, disks, "/dev/vdb")


@pytest.mark.parametrize("device", ["vdb", "/dev/", "nonsense"])
def test_a_name_that_is_no_device_is_refused(device: str) -> None:
    """It must look like /dev/vdb."""
    with pytest.raises(exception.InvalidDevicePath):
        device_names.get_next_device_name(INSTANCE, [], "/dev/vda", device)


def test_disks_without_a_name_get_one_and_are_saved() -> None:
    """In the order of the lists; those with a name keep it."""
    named, first, second = (Disk(device_name=name) for name in ("/dev/vdb", None, None))
    device_names.default_device_names_for_instance(
        INSTANCE, "/dev/vda", [named], [first, second]
    )
    assert (first.device_name, second.device_name) == ("/dev/vdc", "/dev/vdd")
    assert (named.saves, first.saves) == (0, 1)


@pytest.mark.parametrize(
    ("root_bdm", "image_ref", "volume"),
    [
        (SimpleNamespace(is_volume=True), "img-1", True),
        (SimpleNamespace(is_volume=False), None, False),
        (None, "img-1", False),
        (None, "", True),
    ],
)
def test_a_server_boots_from_a_volume_or_not(
    root_bdm: Any, image_ref: str | None, volume: bool
) -> None:
    """The root disk decides; a server without one is judged by its image."""
    instance = SimpleNamespace(image_ref=image_ref)
    bdms = SimpleNamespace(root_bdm=lambda: root_bdm)
    context: Any = None
    assert device_names.is_volume_backed_instance(context, instance, bdms) is volume
