"""A private libvirtd, for machines on which none runs: own socket, own state folder.

It never meets the machine's own libvirt: as root a mount namespace covers that one's
folders, for an ordinary user everything lies below the state folder anyway.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracenova.lab import libvirtd_keeper
from tracenova.lab.errors import PartMissing

PATIENCE_S: Final = 30.0
_LONGEST_SOCKET: Final = 107  # of a UNIX socket's address, in bytes
_LIFELINE: Final = 3  # the keeper's end of it

_FIRST_DISPLAY: Final = 6000  # the machine's own libvirtd begins at 5900
_DISPLAYS: Final = 100
_RANGES: Final = 240

_QEMU_CONF = """\
stdio_handler = "file"
remote_display_port_min = {first}
remote_display_port_max = {last}
"""
_QEMU_CONF_OF_ROOT = """\
user = "root"
group = "root"
security_driver = "none"
namespaces = [ ]
remember_owner = 0
"""


class LibvirtdError(PartMissing):
    """The private libvirtd cannot be had; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Status:
    """What there is of the private libvirtd.

    Attributes:
        uri: what to open; the same whether it runs or not.
        guests: names of the lab's running guests.
        others: names of running guests that carry no lab's mark.
    """

    running: bool
    uri: str
    pid: int | None = None
    guests: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def default_state() -> Path:
    """Return the state folder that is used unless another one is named.

    An ordinary user's is that of the login session, if there is one: of its sockets'
    addresses little more than a hundred characters are left for the folder's name.
    """
    if os.geteuid() != 0 and os.environ.get("XDG_RUNTIME_DIR"):
        return Path(os.environ["XDG_RUNTIME_DIR"]) / "tracenova"
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    return state / "tracenova" / "libvirtd"


class PrivateLibvirtd:
    """One libvirtd with everything it owns in one folder.

    Args:
        state: that folder.
        dies_with_caller: it ends with this process, however that ends, and all of its
            guests and the folder with it: for tests.
    """

    def __init__(
        self, state: Path | None = None, *, dies_with_caller: bool = False
    ) -> None:
        self.state = (state or default_state()).absolute()
        self._lifeline = os.pipe() if dies_with_caller else None

    @property
    def uri(self) -> str:
        """Return libvirt's address of it."""
        kind = "system" if os.geteuid() == 0 else "session"
        return f"qemu:///{kind}?socket={self._socket}"

    @property
    def _socket(self) -> Path:
        return self.state / "sock" / "libvirt-sock"

    def up(self) -> Status:
        """Start it unless it runs, and return when it answers.

        Raises:
            LibvirtdError: a part is missing, or it does not answer in time.
        """
        deadline = time.monotonic() + PATIENCE_S
        starts = 0
        while not (status := self.status()).running:
            if time.monotonic() > deadline or (starts and not self._is_locked()):
                raise LibvirtdError(
                    f"libvirtd does not answer; its log: {self.state}/libvirtd.log"
                )
            if not self._is_locked():  # not even by the keeper of one that crashed
                self._check_parts()
                self._write_configuration()
                self._start_keeper()
                starts += 1
            time.sleep(0.05)
        return status

    def down(self) -> Status:
        """Stop the lab's guests and then libvirtd; guests of others run on.

        Returns:
            The status before.
        """
        before = self.status()
        if before.running:
            self._remove_marked_guests()
        if before.pid is not None and self._is_locked():
            os.kill(before.pid, signal.SIGTERM)
            deadline = time.monotonic() + PATIENCE_S
            while self._is_locked():
                if time.monotonic() > deadline:
                    raise LibvirtdError(f"libvirtd (process {before.pid}) does not end")
                time.sleep(0.02)
        return before

    def status(self) -> Status:
        """Look whether it runs, and what runs on it."""
        pid = self._pid()
        if pid is None or not self._socket.exists():
            return Status(running=False, uri=self.uri, pid=pid)
        from tracenova.virt.libvirt import marks, seam

        libvirt = seam.libvirt()
        try:
            connection = libvirt.open(self.uri)
        except libvirt.libvirtError:
            return Status(running=False, uri=self.uri, pid=pid)
        try:
            running = connection.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE)
            marked = {each.name(): marks.of_a_lab(each.XMLDesc(0)) for each in running}
        finally:
            connection.close()
        return Status(
            running=True,
            uri=self.uri,
            pid=pid,
            guests=tuple(sorted(name for name in marked if marked[name])),
            others=tuple(sorted(name for name in marked if not marked[name])),
        )

    def _remove_marked_guests(self) -> None:
        from tracenova.virt.libvirt import marks, seam

        connection = seam.libvirt().open(self.uri)
        try:
            for domain in connection.listAllDomains():
                if marks.of_a_lab(domain.XMLDesc(0)):
                    marks.remove(domain)
        finally:
            connection.close()

    # --- start ----------------------------------------------------------------

    def _check_parts(self) -> None:
        if shutil.which("libvirtd", path="/usr/sbin:/usr/bin:/sbin") is None:
            raise LibvirtdError(
                "there is no libvirtd; mend: apt-get install libvirt-daemon-system"
            )
        name = libvirtd_keeper.LONGEST_SOCKETS[os.geteuid() == 0]
        longest = len(os.fsencode(self.state / name))
        if longest > _LONGEST_SOCKET:
            raise LibvirtdError(
                f"{self.state}: too long by {longest - _LONGEST_SOCKET} for the sockets "
                "in it; name a shorter --state"
            )

    def _write_configuration(self) -> None:
        own = libvirtd_keeper.SESSION.values()
        for folder in ("sock", *libvirtd_keeper.COVERED.values(), *own):
            (self.state / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        is_root = os.geteuid() == 0
        where = "etc" if is_root else libvirtd_keeper.SESSION["XDG_CONFIG_HOME"]
        qemu_conf = self.state / where / ("." if is_root else "libvirt") / "qemu.conf"
        qemu_conf.parent.mkdir(parents=True, exist_ok=True)
        qemu_conf.write_text(
            _QEMU_CONF.format(**_displays()) + (_QEMU_CONF_OF_ROOT if is_root else ""),
            encoding="utf-8",
        )
        (self.state / "libvirtd.conf").write_text(
            f'unix_sock_dir = "{self._socket.parent}"\n'
            'auth_unix_ro = "none"\nauth_unix_rw = "none"\n'
            'unix_sock_rw_perms = "0700"\n'
            f'host_uuid = "{uuid.uuid5(uuid.NAMESPACE_URL, str(self.state))}"\n'
            f'log_outputs = "3:file:{self.state}/libvirtd.log"\n',
            encoding="utf-8",
        )

    def _start_keeper(self) -> None:
        self._socket.unlink(missing_ok=True)
        arguments = [sys.executable, "-m", libvirtd_keeper.__name__, str(self.state)]
        lifeline = []
        if self._lifeline is not None:
            lifeline = [(os.POSIX_SPAWN_DUP2, self._lifeline[0], _LIFELINE)]
            arguments.append(str(_LIFELINE))
        write = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        log = str(self.state / "keeper.log")
        keeper = os.posix_spawn(
            sys.executable,
            arguments,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, log, write, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
                *lifeline,
            ],
        )
        deadline = time.monotonic() + PATIENCE_S
        while not self._is_locked():
            if _has_ended(keeper) or time.monotonic() > deadline:
                raise LibvirtdError(
                    f"libvirtd could not be started; see {self.state}/keeper.log "
                    "(in a container it needs the capability SYS_ADMIN)"
                )
            time.sleep(0.02)

    def _is_locked(self) -> bool:
        """Say whether a keeper watches over a running libvirtd of this folder."""
        try:
            with (self.state / "keeper.lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _pid(self) -> int | None:
        if not self._is_locked():
            return None
        try:
            return int((self.state / "libvirtd.pid").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None


def _displays() -> dict[str, int]:
    """Return the ports of guests' screens: others than those of a libvirtd beside it.

    Libvirt looks for a free port and QEMU takes it a moment later; of two libvirtds that
    look in the same range at the same time, one's guest fails to start.
    """
    first = _FIRST_DISPLAY + os.getpid() % _RANGES * _DISPLAYS
    return {"first": first, "last": first + _DISPLAYS - 1}


def _has_ended(process: int) -> bool:
    """Say whether a child process is gone, and bury it."""
    return os.waitpid(process, os.WNOHANG)[0] == process
