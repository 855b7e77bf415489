"""Cached images: fetched once, refused when they do not fit."""

import shutil
import threading
import time
from typing import Any

import pytest

from tests.unit.virt.support import (
    acting_compute,
    make_flavor,
    make_instance,
    recording,
    write_image,
)
from tracenova import conf, exception, identity, image
from tracenova.virt import images
from tracenova.virt.libvirt import imagebackend, imagecache
from tracenova.virt.libvirt import utils as libvirt_utils
from tracenova.virt.libvirt.disks import DiskMaker

MIB = 1024 * 1024
NEEDS_QEMU_IMG = pytest.mark.skipif(
    shutil.which("qemu-img") is None,
    reason="qemu-img (package qemu-utils) is not installed",
)


@pytest.fixture(autouse=True)
def compute(tmp_path: Any) -> Any:
    """Act as a nova-compute."""
    with acting_compute(instances_path=str(tmp_path)) as options:
        yield options


@pytest.fixture
def downloads(monkeypatch: Any) -> Any:
    """A glance whose downloads are counted; each takes a moment."""
    made = []

    def download(
        self, context: Any, image_id: Any, data: Any = None, dest_path: Any = None
    ) -> Any:
        made.append(image_id)
        time.sleep(0.05)
        write_image(dest_path)

    monkeypatch.setattr(image.API, "download", download)
    return made


def make_disks(instance: Any = None, **mapping: Any) -> Any:
    """Make the disks of a guest; return its folder."""
    instance = instance or make_instance()
    DiskMaker(imagebackend.Backend()).create_image(
        None, instance, mapping or {"disk": {}}, {}
    )
    return libvirt_utils.get_instance_path(instance)


def base_of(instance: Any) -> Any:
    """Return the cached file of the instance's image."""
    return libvirt_utils.get_base_path() / imagecache.get_cache_fname(
        instance.image_ref
    )


def test_two_builds_at_once_download_the_image_once(downloads):
    """The second waits for the first's lock, and finds the file."""
    service = identity.current()
    assert service is not None
    options = conf._by_service[service]
    errors = []

    def build() -> Any:
        with identity.acting_as(service):
            conf.assign(service, options)
            try:
                make_disks()
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=build) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert downloads == ["image-1"]


def test_the_cache_is_named_by_the_image_s_sha1(downloads):
    """_base/<sha1 of the id>, and no .part is left."""
    instance = make_instance(image_ref="155d900f-4e14-4e4c-a73d-069cbf4541e6")
    make_disks(instance)
    files = {path.name for path in libvirt_utils.get_base_path().iterdir()}
    assert files == {imagecache.get_cache_fname(instance.image_ref)}
    assert len(files.pop()) == 40


def test_a_broken_download_leaves_nothing(monkeypatch):
    """The next build starts from scratch."""

    def download(
        self, context: Any, image_id: Any, data: Any = None, dest_path: Any = None
    ) -> Any:
        write_image(dest_path)
        raise exception.ImageNotFound(image_id=image_id)

    monkeypatch.setattr(image.API, "download", download)
    with pytest.raises(exception.ImageNotFound):
        make_disks()
    assert list(libvirt_utils.get_base_path().iterdir()) == []


@NEEDS_QEMU_IMG
def test_the_root_disk_is_an_overlay_as_large_as_the_flavor_says(downloads):
    """qcow2 on the raw base, resized to root_gb."""
    instance = make_instance(flavor=make_flavor(root_gb=2))
    folder = make_disks(instance)
    info = images.qemu_img_info(folder / "disk")
    assert info.file_format == "qcow2"
    assert info.virtual_size == 2 * 1024 * MIB
    assert info.backing_file == str(base_of(instance))


@NEEDS_QEMU_IMG
def test_zero_gigabytes_mean_the_image_s_own_size(downloads):
    """root_gb 0: no resize, no check."""
    folder = make_disks(make_instance(flavor=make_flavor(root_gb=0)))
    assert images.qemu_img_info(folder / "disk").virtual_size == 65536


def test_an_image_larger_than_the_flavor_s_disk_is_refused(monkeypatch):
    """FlavorDiskSmallerThanImage aborts the build: no other host helps."""

    def download(
        self, context: Any, image_id: Any, data: Any = None, dest_path: Any = None
    ) -> Any:
        write_image(dest_path, 1)
        with dest_path.open("r+b") as file:
            file.truncate(1024 * MIB + 512)

    monkeypatch.setattr(image.API, "download", download)
    with pytest.raises(exception.FlavorDiskSmallerThanImage):
        make_disks(make_instance(flavor=make_flavor(root_gb=1)))


@NEEDS_QEMU_IMG
def test_a_qcow2_image_is_made_raw(monkeypatch):
    """force_raw_images: what the guest wrote cannot become a format of ours."""

    def download(
        self, context: Any, image_id: Any, data: Any = None, dest_path: Any = None
    ) -> Any:
        images.run_qemu_img("create", "-f", "qcow2", str(dest_path), "1M")

    monkeypatch.setattr(image.API, "download", download)
    instance = make_instance()
    make_disks(instance)
    info = images.qemu_img_info(base_of(instance))
    assert (info.file_format, info.virtual_size) == ("raw", MIB)


@NEEDS_QEMU_IMG
def test_an_image_with_a_backing_file_is_unacceptable(monkeypatch, tmp_path):
    """It could be backed by any file of the host."""
    write_image(tmp_path / "secret")

    def download(
        self, context: Any, image_id: Any, data: Any = None, dest_path: Any = None
    ) -> Any:
        backing = f"backing_file={tmp_path / 'secret'},backing_fmt=raw"
        images.run_qemu_img("create", "-f", "qcow2", "-o", backing, str(dest_path))

    monkeypatch.setattr(image.API, "download", download)
    with pytest.raises(exception.ImageUnacceptable, match="backed by"):
        make_disks()
    assert list(libvirt_utils.get_base_path().iterdir()) == []


def test_without_qemu_img_disks_are_raw_copies_and_the_span_says_so(
    downloads, monkeypatch
):
    """A lab needs no qemu-img; nobody is left to wonder."""
    monkeypatch.setattr(images, "has_qemu_img", lambda: False)
    with recording() as trace:
        folder = make_disks()
    assert (folder / "disk").stat().st_size == 1024 * MIB
    commands = [attributes["nova.driver.args"] for *_rest, attributes in trace.spans]
    assert any("no qemu-img" in command for command in commands)
    assert any('"cp"' in command for command in commands)
