"""What is installed on this machine, what works, and how to mend what does not."""

import functools
import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a lab can use.

    Attributes:
        works: it was tried and works.
        found: version, path, or what is wrong.
        mend: the command that installs or starts it; empty when it works.
        needed_for: what is missing without it.
    """

    name: str
    works: bool
    found: str
    needed_for: str
    mend: str = ""


def examine() -> list[Part]:
    """Try every part and return the findings."""
    return [
        _python(),
        libvirt_test_driver(),
        _program("qemu-img", "disk images as in Nova", "qemu-utils"),
        _program("virsh", "a look at real hosts", "libvirt-clients"),
        _program("qemu-system-x86_64", "real guests", "qemu-system-x86"),
        _kvm(),
        _program("redis-server", "many processes (redis://)", "redis-server"),
        _program("dot", "diagrams as png and pdf", "graphviz"),
        _terminal(),
    ]


def libvirt_test_driver() -> Part:
    """Say whether libvirt's test driver, the default kind of host, works here."""
    use = "hosts on libvirt's test driver (the default)"
    mend = "apt-get install libvirt-dev gcc pkg-config python3-dev && pip install libvirt-python"
    if importlib.util.find_spec("libvirt") is None:
        return Part(
            "libvirt-python",
            works=False,
            found="not installed",
            needed_for=use,
            mend=mend,
        )
    try:
        import libvirt

        connection = libvirt.open("test:///default")
        version = connection.getLibVersion()
        connection.close()
    except Exception as error:  # noqa: BLE001 - a broken binding may raise anything
        return Part(
            "libvirt-python", works=False, found=str(error), needed_for=use, mend=mend
        )
    found = f"{version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}"
    return Part("libvirt-python", works=True, found=found, needed_for=use)


@functools.cache
def libvirt_problem(uri: str) -> str:
    """Return why no hypervisor answers at the URI; empty when one does."""
    import libvirt

    libvirt.registerErrorHandler(lambda *_: None, None)  # or it writes to stderr
    try:
        libvirt.open(uri).close()
    except libvirt.libvirtError as error:
        return str(error)
    return ""


def _python() -> Part:
    found = ".".join(map(str, sys.version_info[:3]))
    works = sys.version_info >= (3, 11)
    mend = "" if works else "install CPython 3.11 or newer"
    return Part("python", works=works, found=found, needed_for="everything", mend=mend)


def _program(name: str, use: str, package: str) -> Part:
    path = shutil.which(name)
    mend = "" if path else f"apt-get install {package}"
    return Part(
        name,
        works=path is not None,
        found=path or "not found",
        needed_for=use,
        mend=mend,
    )


def _kvm() -> Part:
    flags = _reads(lambda: Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    hardware = " vmx" in flags or " svm" in flags
    works = hardware and Path("/dev/kvm").exists()
    found = "yes" if works else "no virtualization flag in /proc/cpuinfo or no /dev/kvm"
    mend = "" if works else "none needed: guests run slower, by emulation"
    return Part(
        "kvm", works=works, found=found, needed_for="fast real guests", mend=mend
    )


def _terminal() -> Part:
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "ascii").lower()
    works = encoding.startswith("utf")
    mend = "" if works else "export LC_ALL=C.UTF-8"
    found = f"{size.columns}x{size.lines}, {encoding}"
    return Part(
        "terminal", works=works, found=found, needed_for="arrows and marks", mend=mend
    )


def _reads(read: Callable[[], str]) -> str:
    try:
        return read()
    except OSError:
        return ""
