"""Disks of a guest on their host: made, formatted, cached, and gone with the server."""

import shutil
from pathlib import Path

import pytest

from tests.functional.libvirt import labs

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        not all(
            shutil.which(each, path="/usr/sbin:/sbin:/usr/bin:/bin")
            for each in ("mkfs.ext4", "mkfs.vfat", "mkswap", "qemu-img")
        ),
        reason="needs mkfs.ext4, mkfs.vfat (dosfstools), mkswap and qemu-img",
    ),
]

DISKS = (
    labs.ONE_HOST.partition("[[flavors]]")[0]
    + """
[[flavors]]
name = "tiny"
memory_mb = 256
disk_gb = 1
ephemeral_gb = 2
swap_mb = 16

[[images]]
name = "guest"

[[images]]
name = "linux"
properties = { os_type = "linux" }
"""
)


def test_ephemeral_disks_and_swap_are_formatted_once_and_shared(tmp_path: Path) -> None:
    """By the image's system: vfat if it says nothing, ext4 for Linux; each a cached base."""
    with labs.running(tmp_path, DISKS) as cloud:
        client = cloud.client()
        ids = [
            labs.create(cloud, client, flavor="tiny", image=image)[0]
            for image in ("guest", "guest", "linux")
        ]
        for server_id in ids:
            server = labs.settled(client, server_id)
            assert server["status"] == "ACTIVE", server.get("fault")
        instances = cloud.settings.state_path / "hosts" / "compute1" / "instances"
        base = instances / "_base"
        assert bytes_at(base / "ephemeral_2_vfat", 71, 11) == b"ephemeral0 "
        assert bytes_at(base / "ephemeral_2_ext4", 1080, 2) == b"\x53\xef"
        assert bytes_at(base / "ephemeral_2_ext4", 1144, 10) == b"ephemeral0"
        assert bytes_at(base / "swap_16", 4086, 10) == b"SWAPSPACE2"
        assert (base / "swap_16").stat().st_size == 16 * 1024**2
        assert not list(base.glob("*.part"))
        for server_id in ids:
            made = {path.name for path in (instances / server_id).iterdir()}
            assert made == {"disk", "disk.eph0", "disk.swap", "console.log"}
        labs.audited(cloud)
        labs.delete(client, ids)
        labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


def bytes_at(path: Path, offset: int, count: int) -> bytes:
    """Read some bytes."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(count)
