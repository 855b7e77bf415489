"""Disks as dictionaries: the two formats, and the rules of each."""

from typing import Any

import pytest

from tracenova import block_device, exception


def test_fields_not_given_are_none_and_devices_get_their_prefix() -> None:
    """Rule: a version 2 dictionary has every field; names start with /dev/."""
    bdm = block_device.BlockDeviceDict(source_type="blank", device_name="vdb")
    assert bdm["device_name"] == "/dev/vdb"
    assert bdm["volume_id"] is None
    assert bdm["delete_on_termination"] is False


@pytest.mark.parametrize(
    "bad",
    [
        {"source_type": "blank", "colour": "red"},
        {"boot_index": 0},
        {"source_type": "blank", "device_name": "v d"},
        {"source_type": "blank", "device_name": "v" * 256},
        {"source_type": "blank", "volume_size": "big"},
        {"source_type": "blank", "volume_size": -1},
        {"source_type": "blank", "boot_index": "first"},
    ],
)
def test_malformed_dictionaries_are_refused(bad: dict[str, Any]) -> None:
    """Rule: unknown field, no source, bad name, size or index: InvalidBDMFormat (400)."""
    with pytest.raises(exception.InvalidBDMFormat):
        block_device.BlockDeviceDict(bad)


@pytest.mark.parametrize(
    ("wanted", "with_image", "reason"),
    [
        ({"source_type": "cd"}, True, "Invalid source_type field."),
        ({"source_type": "blank", "uuid": "u"}, True, "Invalid device UUID."),
        ({"source_type": "volume"}, True, "Missing device UUID."),
        (
            {"source_type": "image", "uuid": "u", "destination_type": "local"},
            True,
            "Mapping image to local is not supported.",
        ),
        (
            {
                "source_type": "image",
                "uuid": "u",
                "destination_type": "local",
                "boot_index": 0,
            },
            False,
            "Mapping image to local is not supported.",
        ),
        (
            {
                "source_type": "image",
                "uuid": "u",
                "destination_type": "local",
                "boot_index": "x",
            },
            True,
            "Boot index is invalid.",
        ),
    ],
)
def test_a_request_with_a_bad_source_is_refused(
    wanted: dict[str, Any], with_image: bool, reason: str
) -> None:
    """Rule: which sources and destinations go together is checked before anything else."""
    with pytest.raises(exception.InvalidBDMFormat, match=reason):
        block_device.BlockDeviceDict.from_api(wanted, with_image)


@pytest.mark.parametrize("source", ["volume", "image", "snapshot"])
def test_the_uuid_of_a_request_becomes_the_id_of_its_source(source: str) -> None:
    """Rule: uuid is an API word; inside it is volume_id, image_id or snapshot_id."""
    asked = {"source_type": source, "uuid": "u", "destination_type": "volume"}
    bdm = block_device.BlockDeviceDict.from_api(asked, True)
    assert bdm[f"{source}_id"] == "u"
    assert "uuid" not in bdm
    assert asked["uuid"] == "u", "the request itself is left alone"


def test_an_image_boot_in_the_old_format_gets_a_root_disk() -> None:
    """Rule: no disk on the root device name: the image itself is boot index 0."""
    old = [{"virtual_name": "swap", "device_name": "vdb"}]
    image, swap = block_device.from_legacy_mapping(old, "img", "vda")
    assert (image["image_id"], image["boot_index"]) == ("img", 0)
    assert (swap["guest_format"], swap["boot_index"]) == ("swap", -1)


def test_a_volume_on_the_root_device_replaces_the_image() -> None:
    """Rule: an old-format volume named like the root device boots."""
    old = [{"volume_id": "v", "device_name": "vda"}]
    (root,) = block_device.from_legacy_mapping(old, "img", "/dev/vda")
    assert (root["volume_id"], root["boot_index"]) == ("v", 0)


@pytest.mark.parametrize(
    ("device", "bare", "letter"),
    [("/dev/vda1", "vda1", "a"), ("sdb", "sdb", "b"), ("", "", ""), (None, None, None)],
)
def test_device_names_come_apart(
    device: str | None, bare: str | None, letter: str | None
) -> None:
    """Rule: /dev/ and vd, sd, hd, xvd are prefixes; digits are partitions."""
    assert block_device.strip_dev(device) == bare
    assert block_device.get_device_letter(device) == letter
