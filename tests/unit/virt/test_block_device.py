"""Block devices as drivers see them, and the order of calls to cinder."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.virt.support import acting_compute, make_instance
from tracenova import exception
from tracenova.virt import block_device, driver


class Bdm(SimpleNamespace):
    def __init__(self, **fields: Any) -> None:
        empty = dict.fromkeys(
            [
                "no_device",
                "device_name",
                "disk_bus",
                "device_type",
                "guest_format",
                "volume_size",
                "volume_id",
                "snapshot_id",
                "image_id",
                "connection_info",
                "boot_index",
                "delete_on_termination",
            ]
        )
        super().__init__(**{**empty, "saves": 0, **fields})

    def save(self) -> Any:
        """Count."""
        self.saves += 1


def make_swap(**fields: Any) -> Any:
    """Return a swap disk."""
    values = {
        "source_type": "blank",
        "destination_type": "local",
        "guest_format": "swap",
        "volume_size": 64,
    }
    return Bdm(**{**values, **fields})


def make_volume(source: Any = "volume", **fields: Any) -> Any:
    """Return a volume."""
    values = {
        "source_type": source,
        "destination_type": "volume",
        "volume_id": "v",
        "device_name": "/dev/vda",
        "boot_index": 0,
    }
    return Bdm(**{**values, **fields})


class VolumeAPI:
    """Records the calls; fails where told to."""

    def __init__(self, fails: Any = None) -> None:
        self.calls: list[str] = []
        self.fails = fails

    def __getattr__(self, name: Any) -> Any:
        def call(context, *args, **kwargs):
            self.calls.append(name)
            if name == self.fails:
                raise exception.InvalidVolume(reason=name)
            volume = {"id": "v", "attach_status": "detached", "size": 1}
            answers = {
                "get": volume,
                "create": volume,
                "initialize_connection": {"data": {}},
            }
            return answers.get(name)

        return call


def attach(bdm: Any, api: Any, **kwargs: Any) -> Any:
    """Attach the volume by the API; return the device."""
    context = SimpleNamespace(elevated=lambda: "elevated")
    virt = SimpleNamespace(get_volume_connector=lambda instance: {"host": "compute1"})
    device: Any = block_device.convert_volume(bdm)
    with acting_compute():
        device.attach(context, make_instance(), api, virt, **kwargs)
    return device


def test_devices_are_sorted_by_kind():
    """Swap, ephemeral disks and volumes; the image's local disk is none of them."""
    image = Bdm(source_type="image", destination_type="local", boot_index=0)
    ephemeral = make_swap(guest_format=None, volume_size=10)
    info = driver.get_block_device_info(
        SimpleNamespace(root_device_name="/dev/vda"),
        [image, make_swap(), ephemeral, make_volume()],
    )
    assert info["root_device_name"] == "/dev/vda"
    assert info["swap"]["swap_size"] == 64
    assert [disk["size"] for disk in info["ephemerals"]] == [10]
    assert [disk["mount_device"] for disk in info["block_device_mapping"]] == [
        "/dev/vda"
    ]


def test_a_volume_is_connected_saved_and_only_then_attached():
    """os-attach comes after the connection is in the database: detach needs it."""
    bdm, api = make_volume(), VolumeAPI()
    device = attach(bdm, api)
    assert api.calls == ["get", "check_attach", "initialize_connection", "attach"]
    assert device["connection_info"]["serial"] == "v"
    assert '"serial": "v"' in bdm.connection_info
    assert bdm.saves == 2


def test_a_failed_attach_gives_the_connection_back():
    """terminate_connection and detach, and the error goes on."""
    api = VolumeAPI(fails="attach")
    with pytest.raises(exception.InvalidVolume):
        attach(make_volume(), api)
    assert api.calls[-2:] == ["terminate_connection", "detach"]


def test_a_volume_from_an_image_is_created_and_waited_for():
    """Source image, destination volume: POST volumes first."""
    waited, api = [], VolumeAPI()
    bdm = make_volume("image", volume_id=None, image_id="i", volume_size=1)
    attach(bdm, api, wait_func=lambda context, volume_id: waited.append(volume_id))
    assert api.calls[:2] == ["create", "get"]
    assert (waited, bdm.volume_id) == (["v"], "v")


def test_a_volume_that_does_not_come_is_deleted_if_it_was_to_be():
    """VolumeNotCreated with delete_on_termination: no volume is left over."""

    def wait(context: Any, volume_id: Any) -> Any:
        raise exception.VolumeNotCreated(
            volume_id="v", seconds=1, attempts=1, volume_status="error"
        )

    api = VolumeAPI()
    bdm = make_volume("blank", volume_id=None, delete_on_termination=True)
    with pytest.raises(exception.VolumeNotCreated):
        attach(bdm, api, wait_func=wait)
    assert api.calls == ["create", "delete"]
