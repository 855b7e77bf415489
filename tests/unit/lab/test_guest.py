"""The tiny guest: a kernel, a ramdisk that Linux can unpack, a small disk."""

import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tracenova.lab import cpio, guest

STATIC = b"\x7fELF static busybox"


@pytest.fixture(name="machine")
def fixture_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a static busybox, a kernel of its own and two modules."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    program = tmp_path / "busybox"
    program.write_bytes(STATIC)
    monkeypatch.setattr(shutil, "which", {"busybox": str(program)}.get, raising=True)
    modules = tmp_path / "modules"
    modules.mkdir()
    write_module(modules, "virtio_blk", "virtio,virtio-ring")
    write_module(modules, "virtio", "")
    write_module(modules, "virtio-ring", "virtio")
    write_module(modules, "sound", "")
    image = tmp_path / "vmlinuz-6.1"
    image.write_bytes(b"kernel")
    monkeypatch.setattr(guest, "_find_kernel", lambda *_args: (image, modules))
    return tmp_path


def write_module(folder: Path, name: str, needs: str) -> None:
    """Write a kernel module with a note of what it needs."""
    text = f"\0license=GPL\0depends={needs}\0name={name}\0"
    (folder / f"{name}.ko").write_bytes(text.encode())


def unpacked(archive: bytes, folder: Path) -> None:
    """Unpack a ramdisk with another program than ours."""
    folder.mkdir()
    busybox = Path("/usr/bin/busybox")
    if not busybox.exists():
        pytest.skip("busybox is not installed")
    subprocess.run(
        [str(busybox), "cpio", "-i"],
        input=archive,
        cwd=folder,
        check=True,
        capture_output=True,
    )


def test_a_ramdisk_unpacks_as_it_was_packed(tmp_path):
    """Files of any length, folders, programs that may be run."""
    entries = {"bin": cpio.Entry(cpio.FOLDER)}
    for length in range(6):
        entries[f"bin/{length}"] = cpio.Entry(cpio.PROGRAM, b"x" * length)
    packed = cpio.archive(entries)
    unpacked(packed, tmp_path / "out")
    for length in range(6):
        path = tmp_path / "out" / "bin" / str(length)
        assert path.read_bytes() == b"x" * length
        assert path.stat().st_mode & 0o111
    assert cpio.archive(entries) == packed


def test_the_guest_is_built_once(machine):
    """The second call finds it there; rebuild makes it anew."""
    made = guest.build()
    assert made.is_there
    assert made.kernel.read_bytes() == b"kernel"
    assert made.disk.stat().st_size == guest.DISK_BYTES
    made.kernel.write_bytes(b"still the same")
    assert guest.build().kernel.read_bytes() == b"still the same"
    assert guest.build(rebuild=True).kernel.read_bytes() == b"kernel"


def test_a_guest_of_an_older_version_is_built_anew(machine):
    """Its ramdisk holds another script."""
    made = guest.build()
    made.ramdisk.write_bytes(b"an older script")
    guest.build()
    assert guest._INIT.read_bytes() in made.ramdisk.read_bytes()


def test_modules_are_loaded_after_what_they_need(machine):
    """And only those that the guest uses; a missing one is part of the kernel."""
    packed = guest.ramdisk(machine / "modules")
    unpacked(packed, machine / "out")
    order = (machine / "out" / "modules" / "order").read_text().split()
    assert order == ["virtio", "virtio_ring", "virtio_blk"]
    assert not (machine / "out" / "modules" / "sound").exists()


@pytest.mark.parametrize(
    ("busybox", "words"),
    [(None, "there is no busybox"), (b"\x7fELF /lib64/ld-linux.so.2", "is not static")],
)
def test_without_a_static_busybox_the_mend_is_named(
    machine, monkeypatch, busybox, words
):
    """Before anything is downloaded."""
    fetched: list[Any] = []
    monkeypatch.setattr(guest, "_find_kernel", lambda *args: fetched.append(args))
    if busybox is None:
        monkeypatch.setattr(shutil, "which", lambda _name: None)
    else:
        (machine / "busybox").write_bytes(busybox)
    with pytest.raises(guest.GuestError, match=words) as caught:
        guest.build()
    assert "apt-get install busybox-static" in str(caught.value)
    assert fetched == []


def test_a_kernel_of_one_s_own_must_exist(tmp_path, monkeypatch):
    """One line with its path."""
    monkeypatch.setattr(guest, "_busybox", lambda: tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(guest.GuestError, match="nowhere: there is no such kernel"):
        guest.build(tmp_path / "nowhere")


def test_a_machine_without_any_kernel_is_told_how_to_name_one(tmp_path, monkeypatch):
    """No download, nothing readable in /boot."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    monkeypatch.setattr(Path, "glob", lambda *_args: iter(()))
    with pytest.raises(
        guest.GuestError, match="name one: tracenova lab guest --kernel"
    ):
        guest._find_kernel(None, tmp_path)
