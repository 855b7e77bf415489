"""A guest that boots anywhere in a few seconds: a kernel, a ramdisk, a small disk.

The kernel is Debian's for clouds (downloaded once, not installed) or the machine's own;
the ramdisk holds a static busybox, the few modules the guest needs, and one script.
"""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracenova.lab import cpio
from tracenova.lab.errors import PartMissing

# what the guest's disks, card, config drive and power button need; in any order
MODULES: Final = (
    *("virtio_pci", "virtio_blk", "virtio_net", "ata_piix", "sr_mod", "isofs"),
    *("evdev", "button"),
)
DISK_BYTES: Final = 1024 * 1024
_PACKAGE: Final = "linux-image-cloud-amd64"
_INIT: Final = Path(__file__).with_name("guest_init.sh")
_DOWNLOAD_LIMIT_S: Final = 300


class GuestError(PartMissing):
    """The guest cannot be built; the message says what is missing and how to mend it."""


@dataclass(frozen=True, slots=True)
class Guest:
    """The files of the guest, as they are uploaded to glance."""

    kernel: Path
    ramdisk: Path
    disk: Path

    @property
    def is_there(self) -> bool:
        """Whether all of them exist."""
        return all(path.is_file() for path in (self.kernel, self.ramdisk, self.disk))


def cache_folder() -> Path:
    """Return where the guest is kept between runs."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "tracenova" / "guest"


def cached() -> Guest:
    """Return the guest's files, which need not exist yet."""
    folder = cache_folder()
    return Guest(folder / "kernel", folder / "ramdisk", folder / "disk.raw")


def build(kernel: Path | None = None, *, rebuild: bool = False) -> Guest:
    """Build the guest unless it is there.

    Args:
        kernel: a kernel of one's own, with its modules below ``/lib/modules``.
        rebuild: build it anew even so.

    Raises:
        GuestError: no kernel or no busybox can be had.
    """
    guest = cached()
    if guest.is_there and not rebuild and kernel is None and _is_current(guest):
        return guest
    _busybox()  # missing: say so before anything is fetched
    guest.kernel.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=guest.kernel.parent) as name:
        work = Path(name)
        image, modules = _find_kernel(kernel, work)
        _replace(guest.kernel, image.read_bytes())
        _replace(guest.ramdisk, ramdisk(modules))
        _replace(guest.disk, b"tracenova guest\n".ljust(DISK_BYTES, b"\0"))
    return guest


def ramdisk(modules: Path) -> bytes:
    """Return the ramdisk: busybox, the modules found below the folder, the script."""
    found = {
        path.name.partition(".")[0].replace("-", "_"): path
        for path in sorted(modules.rglob("*.ko"))
    }
    order = _in_load_order(found)
    entries = {
        "bin": cpio.Entry(cpio.FOLDER),
        "modules": cpio.Entry(cpio.FOLDER),
        "bin/busybox": cpio.Entry(cpio.PROGRAM, _busybox().read_bytes()),
        "init": cpio.Entry(cpio.PROGRAM, _INIT.read_bytes()),
        "modules/order": cpio.Entry(cpio.FILE, "\n".join(order).encode()),
    }
    for name in order:
        entries[f"modules/{name}"] = cpio.Entry(cpio.FILE, found[name].read_bytes())
    return cpio.archive(entries)


def _in_load_order(found: dict[str, Path]) -> list[str]:
    """Return the modules with all that they need, each after what it needs.

    A module that is not there is taken to be part of the kernel itself.
    """
    order: list[str] = []

    def add(name: str) -> None:
        if name in order or name not in found:
            return
        text = re.search(rb"\0depends=([^\0]*)\0", b"\0" + found[name].read_bytes())
        for needed in (text[1].decode() if text else "").split(","):
            add(needed.replace("-", "_"))
        order.append(name)

    for module in MODULES:
        add(module)
    return order


def _find_kernel(kernel: Path | None, work: Path) -> tuple[Path, Path]:
    """Return a kernel and the folder of its modules."""
    if kernel is not None:
        return _with_modules(kernel)
    try:
        return _downloaded(work)
    except (GuestError, OSError, subprocess.SubprocessError) as error:
        own = sorted(Path("/boot").glob("vmlinuz-*"))
        for image in reversed(own):
            if os.access(image, os.R_OK):
                return _with_modules(image)
        raise GuestError(
            f"no kernel for the guest: {error}; name one: "
            "tracenova lab guest --kernel /boot/vmlinuz-…"
        ) from None


def _with_modules(image: Path) -> tuple[Path, Path]:
    if not image.is_file():
        raise GuestError(f"{image}: there is no such kernel")
    release = image.name.partition("-")[2]
    return image, Path("/lib/modules") / (release or platform.release())


def _downloaded(work: Path) -> tuple[Path, Path]:
    if platform.machine() != "x86_64" or shutil.which("apt-get") is None:
        raise GuestError(
            "Debian's cloud kernel can only be fetched on amd64 by apt-get"
        )
    package = _real_package()
    _run(["apt-get", "-qq", "download", package], work)
    (archive,) = work.glob("*.deb")
    _run(["dpkg", "-x", archive.name, "x"], work)
    (image,) = (work / "x" / "boot").glob("vmlinuz-*")
    return image, work / "x" / "lib" / "modules"


def _real_package() -> str:
    """Return the package that the kernel's meta package stands for."""
    listed = _run(["apt-cache", "depends", "--important", _PACKAGE], Path("/"))
    found = re.search(r"Depends: (linux-image-\S+)", listed)
    if found is None:
        raise GuestError(f"apt knows no {_PACKAGE}; try: apt-get update")
    return found[1]


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_DOWNLOAD_LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise GuestError(f"{' '.join(command)}: {done.stderr.strip()[-200:]}")
    return done.stdout


def _busybox() -> Path:
    path = shutil.which("busybox")
    if path is None:
        raise GuestError("there is no busybox; mend: apt-get install busybox-static")
    program = Path(path).resolve()
    if b"/ld-" in program.read_bytes()[:4096]:  # names a dynamic loader
        raise GuestError(
            f"{program} is not static; mend: apt-get install busybox-static"
        )
    return program


def _is_current(guest: Guest) -> bool:
    """Say whether the cached ramdisk holds this version's script."""
    return _INIT.read_bytes() in guest.ramdisk.read_bytes()


def _replace(path: Path, data: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)
