"""An ordinary user's own libvirt: ``qemu:///session``, started by libvirt itself."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.libvirt import labs
from tracenova.lab import guest
from tracenova.lab.libvirtd import PrivateLibvirtd

pytestmark = [pytest.mark.qemu, pytest.mark.timeout(600)]

SOMEBODY = "nobody"
# root becomes somebody who may read what root may: Python itself may be in root's home
AS_SOMEBODY = (
    *("setpriv", "--reuid", SOMEBODY, "--regid", "nogroup", "--clear-groups"),
    *("--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"),
)


@pytest.fixture(name="home")
def fixture_home(private: PrivateLibvirtd) -> Iterator[Path]:
    """An ordinary user's home; the libvirtd in it ends with the test."""
    del private  # it is only to say why there is no QEMU, where there is none
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed (package util-linux)")
    with tempfile.TemporaryDirectory(prefix="tn-") as name:
        home = Path(name)
        for folder in (home, home / "run", home / ".cache"):
            folder.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(folder, SOMEBODY)
        (home / ".cache" / "tracenova").symlink_to(guest.cache_folder().parent)
        yield home
        for pid_file in (home / "run" / "libvirt").glob("*.pid"):
            end(int(pid_file.read_text(encoding="ascii")))


def end(pid: int) -> None:
    """Let a daemon that libvirt started end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        labs.until(lambda: not runs(pid))


def runs(pid: int) -> bool:
    """Say whether the process has a program still; one to be buried has none."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def test_an_ordinary_user_boots_a_real_guest(home: Path) -> None:
    """No root, no libvirtd of the machine: ACTIVE, and the guest speaks."""
    become = AS_SOMEBODY if os.geteuid() == 0 else ()
    done = subprocess.run(
        [
            *become,
            *(sys.executable, "-m", "tracenova", "boot", "--virt", "qemu:///session"),
            *("--timeout", "300", "--save", str(home / "boot.otlp.jsonl")),
        ],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "console of demo: ready" in done.stderr
