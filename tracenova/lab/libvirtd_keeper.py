"""The parent of a private libvirtd: hides its folders, reaps its guests at once.

A process of its own, started by :mod:`tracenova.lab.libvirtd`. As root it first takes a
mount namespace, in which the machine's own ``/etc/libvirt``, ``/var/lib/libvirt`` … are
covered by private folders. It is a child sub-reaper because libvirt waits for each dead
QEMU, and the first process of a container may take seconds to bury it.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

PR_SET_CHILD_SUBREAPER: Final = 36
_ATTEMPTS: Final = 100
CLONE_NEWNS: Final = 0x20000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000

# what a libvirtd of root uses whatever its configuration says → the private folder
COVERED: Final[Mapping[str, str]] = {
    "/etc/libvirt": "etc",
    "/var/lib/libvirt": "lib",
    "/var/cache/libvirt": "cache",
    "/var/log/libvirt": "log",
    "/run/libvirt": "run",
}

# what moves the folders of an ordinary user's libvirtd → the private folder, whose name
# is short because sockets' addresses are
SESSION: Final[Mapping[str, str]] = {
    "XDG_CONFIG_HOME": "c",
    "XDG_CACHE_HOME": "cache",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "run",
}

# the sockets with the longest names, by whether it is root's libvirtd
LONGEST_SOCKETS: Final = {
    True: "sock/libvirt-admin-sock",
    False: "c/libvirt/qemu/lib/domain-99-tracenova-12345678-0/monitor.sock",
}

_libc = ctypes.CDLL(None, use_errno=True)


def main(state: Path, lifeline: int | None = None) -> None:
    """Run libvirtd, and stay until it and the last of its guests are gone.

    Args:
        state: the folder of everything.
        lifeline: a pipe's end; when nobody holds the other one any more, libvirtd,
            guests and folder go.
    """
    abandoned = threading.Event()
    with (state / "keeper.lock").open("a+") as lock:
        _take(lock)
        os.setsid()
        _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
        if os.geteuid() == 0:
            _cover_the_machines_own(state)
        daemon = _start_libvirtd(state)
        (state / "libvirtd.pid").write_text(f"{daemon}\n", encoding="ascii")
        signal.signal(signal.SIGTERM, lambda *_: os.kill(daemon, signal.SIGTERM))
        if lifeline is not None:
            arguments = (lifeline, daemon, abandoned)
            threading.Thread(target=_watch, args=arguments, daemon=True).start()
        _reap_until(daemon)
        (state / "libvirtd.pid").unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _reap_until(None)
    if abandoned.is_set():
        shutil.rmtree(state, ignore_errors=True)


def _watch(lifeline: int, daemon: int, abandoned: threading.Event) -> None:
    """Wait until the starter is gone, then end libvirtd and its guests."""
    os.read(lifeline, 1)  # nobody writes: it returns when the other end is closed
    abandoned.set()
    patience = _ATTEMPTS
    while children := _children():
        patience -= 1
        for child in children:
            gently = child == daemon and patience > 0
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM if gently else signal.SIGKILL)
        time.sleep(0.1)


def _children() -> list[int]:
    """Return the processes whose parent this one is, those not yet buried too."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # pid (name, with any characters) state parent …
            fields = stat.read_text(encoding="utf-8", errors="replace")
            if int(fields.rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def _take(lock: IO[str]) -> None:
    """Lock the file; who only looks whether it is locked holds it for a moment, too.

    Raises:
        BlockingIOError: another keeper has it.
    """
    for attempt in range(_ATTEMPTS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.01)
        else:
            return


def session_environment(state: Path) -> dict[str, str]:
    """Return what moves the folders of an ordinary user's libvirtd."""
    return {name: str(state / folder) for name, folder in SESSION.items()}


def _start_libvirtd(state: Path) -> int:
    program = shutil.which("libvirtd", path="/usr/sbin:/usr/bin:/sbin") or "libvirtd"
    environment = dict(os.environ)
    if os.geteuid() != 0:
        environment.update(session_environment(state))
    own_pid_file = ("--pid-file", str(state / "run" / "libvirtd.pid"))
    arguments = [program, "--config", str(state / "libvirtd.conf"), *own_pid_file]
    return os.posix_spawn(program, arguments, environment)


def _cover_the_machines_own(state: Path) -> None:
    _check(_libc.unshare(CLONE_NEWNS))
    _check(_libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    for machines_own, folder in COVERED.items():
        # an empty folder is all that is ever made outside, and only to be covered
        Path(machines_own).mkdir(parents=True, exist_ok=True)
        source = os.fsencode(state / folder)
        _check(_libc.mount(source, os.fsencode(machines_own), None, MS_BIND, None))


def _reap_until(process: int | None) -> None:
    """Bury every child; return when the process is gone, or when none is left."""
    while True:
        try:
            gone, _status = os.wait()
        except ChildProcessError:
            return
        if gone == process:
            return


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
