"""What goes wrong on a host, what becomes of the server, and that nothing is left."""

import errno
import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.functional.libvirt import labs
from tests.functional.libvirt.labs import TWO_HOSTS
from tests.functional.libvirt.unreliable import REFUSED, unreliable
from tracenova.lab.client import Refused
from tracenova.lab.ids import uuid_of
from tracenova.virt.libvirt import disks, imagebackend

pytestmark = [
    pytest.mark.libvirt,
    pytest.mark.skipif(
        importlib.util.find_spec("libvirt") is None,
        reason="libvirt-python is not installed (it is built from source)",
    ),
]


def boot(cloud: Any, **order: Any) -> dict[str, Any]:
    """Create a server and wait until its fate is known."""
    client = cloud.client()
    (server_id,) = labs.create(cloud, client, flavor="tiny", **order)
    return labs.settled(client, server_id)


@pytest.mark.parametrize("call", ["defineXML", "createWithFlags", "resume"])
def test_a_refusal_sends_the_server_to_the_next_host(tmp_path: Path, call: str) -> None:
    """libvirtError is none of the errors that abort: RescheduledException."""
    with unreliable() as libvirt, labs.running(tmp_path, TWO_HOSTS) as cloud:
        libvirt.fail(call, REFUSED)
        server = boot(cloud)
        assert server["status"] == "ACTIVE"
        assert libvirt.calls.count("defineXML") == 2
        labs.audited(cloud)
        labs.delete(cloud.client(), [server["id"]])
        labs.audited(cloud)


def test_a_qcow2_that_is_larger_inside_aborts_on_the_host(tmp_path: Path) -> None:
    """A small file, a large disk: only the compute finds out; no second host."""
    images = pytest.importorskip("tracenova.virt.images")
    if not images.has_qemu_img():
        pytest.skip("qemu-img is not installed")
    path = tmp_path / "large.qcow2"
    images.run_qemu_img("create", "-f", "qcow2", str(path), "3G")
    with labs.running(tmp_path, TWO_HOSTS + _image("large", path, "qcow2")) as cloud:
        server = boot(cloud, image="large")
        assert server["status"] == "ERROR"
        assert "too small" in server["fault"]["message"]
        labs.audited(cloud)


def test_a_corrupt_image_aborts(tmp_path: Path) -> None:
    """InvalidDiskInfo; the half-made file of the cache is gone, too."""
    images = pytest.importorskip("tracenova.virt.images")
    if not images.has_qemu_img():
        pytest.skip("qemu-img is not installed")
    path = tmp_path / "bad.qcow2"
    path.write_bytes(b"QFI\xfb\x00\x00\x00\x03" + b"\xff" * 4096)
    with labs.running(tmp_path, TWO_HOSTS + _image("bad", path, "qcow2")) as cloud:
        server = boot(cloud, image="bad")
        assert server["status"] == "ERROR"
        labs.audited(cloud)


def test_a_missing_kernel_is_refused_by_the_api(tmp_path: Path) -> None:
    """The image names a kernel that glance does not have: 400, nothing is written."""
    text = TWO_HOSTS + (
        '[[images]]\nname = "guest"\nproperties = { kernel_id = '
        f'"{uuid_of("image", "nothing")}", ramdisk_id = "{uuid_of("image", "no")}" }}\n'
    )
    with labs.running(tmp_path, text) as cloud:
        with pytest.raises(Refused) as refused:
            labs.create(cloud, cloud.client(), flavor="tiny")
        assert refused.value.status == 400
        labs.audited(cloud)


def test_a_kernel_that_vanishes_after_the_api_looked_ends_in_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ImageNotFound is none of the errors that abort: every host tries, none can."""
    kernel = tmp_path / "vmlinuz"
    kernel.write_bytes(b"kernel")
    text = TWO_HOSTS + (
        f'[[images]]\nname = "kernel"\nfile = "{kernel}"\ndisk_format = "aki"\n'
        '[[images]]\nname = "guest"\n'
        f'properties = {{ kernel_id = "{uuid_of("image", "kernel")}" }}\n'
    )
    with labs.running(tmp_path, text) as cloud:
        real = disks.DiskMaker._create_kernel

        def too_late(self: Any, *args: Any) -> None:
            cloud.around.glance._images.pop(uuid_of("image", "kernel"), None)
            real(self, *args)

        monkeypatch.setattr(disks.DiskMaker, "_create_kernel", too_late)
        server = boot(cloud)
        assert server["status"] == "ERROR"
        assert server["fault"]["message"].startswith("No valid host was found")
        labs.audited(cloud)
        labs.delete(cloud.client(), [server["id"]])
        labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


def test_a_full_disk_sends_the_server_to_the_next_host(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A real file system of 64 KB, or else the error alone: rescheduled; nothing left.

    Where the next host's disk is full too, no host is left: ERROR, and nothing stays.
    """
    folder = tmp_path / "state" / "hosts" / "compute1" / "instances"
    folder.mkdir(parents=True)
    mounted = os.geteuid() == 0 and mount_tmpfs(folder)
    if mounted:
        request.addfinalizer(lambda: run("umount", "-l", str(folder)))
    else:
        fail_once(request, OSError(errno.ENOSPC, "No space left on device"))
    with labs.running(tmp_path, TWO_HOSTS) as cloud:
        server = boot(cloud)
        assert server["status"] == "ACTIVE", server.get("fault")
        there = cloud.services["nova-compute@compute2"].manager.driver
        assert there.list_instance_uuids() == [server["id"]]
        labs.audited(cloud)
        labs.delete(cloud.client(), [server["id"]])
        labs.audited(cloud)
        other = folder.parents[1] / "compute2" / "instances"
        if mounted and mount_tmpfs(other):
            request.addfinalizer(lambda: run("umount", "-l", str(other)))
            server = boot(cloud)
            assert server["status"] == "ERROR"
            assert server["fault"]["message"].startswith("No valid host was found")
            labs.audited(cloud)
            labs.delete(cloud.client(), [server["id"]])
            labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


def mount_tmpfs(folder: Path) -> bool:
    """Make the folder a file system that the image does not fit; say whether it worked."""
    return run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)) == 0


def run(*command: str) -> int:
    """Run a program; return how it ended."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode
    except FileNotFoundError:
        return 127


def fail_once(request: pytest.FixtureRequest, error: OSError) -> None:
    """Let the first disk that is made fail."""
    patch = request.getfixturevalue("monkeypatch")
    once = iter([error])
    real = imagebackend.Image._create_image

    def full(self: Any, *args: Any) -> None:
        for each in once:
            raise each
        real(self, *args)

    patch.setattr(imagebackend.Image, "_create_image", full)


def test_a_network_that_is_never_wired_aborts(tmp_path: Path) -> None:
    """vif_plugging_timeout: VirtualInterfaceCreateException, not rescheduled."""
    text = TWO_HOSTS + '[[faults]]\nkind = "vif-plug"\nsilent = true\n'
    with labs.running(tmp_path, text, vif_plugging_timeout=1) as cloud:
        server = boot(cloud)
        assert server["status"] == "ERROR"
        assert "not rescheduling" in server["fault"]["message"]
        labs.audited(cloud)


def test_two_builds_that_need_the_same_image_fetch_it_once(tmp_path: Path) -> None:
    """The second waits on the lock of the image's name, then finds it made."""
    from tracenova.virt import images

    fetched: list[Path] = []
    real = images.fetch

    def counting(context: Any, image_href: str, path: Path) -> None:
        fetched.append(path)
        real(context, image_href, path)

    text = TWO_HOSTS.partition('[[hosts]]\nname = "compute2"')[0] + (
        '[[flavors]]\nname = "tiny"\nmemory_mb = 512\ndisk_gb = 1\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "fetch", counting)
        with labs.running(tmp_path, text) as cloud:
            client = cloud.client()
            ids = labs.create(cloud, client, flavor="tiny", count=4)
            shown = [labs.settled(client, each)["status"] for each in ids]
            assert shown == ["ACTIVE"] * 4
            labs.audited(cloud)
    assert len(fetched) == 1


def _image(name: str, path: Path, disk_format: str = "raw") -> str:
    return (
        f'\n[[images]]\nname = "{name}"\nfile = "{path}"\n'
        f'disk_format = "{disk_format}"\n\n[[images]]\nname = "guest"\n'
    )
