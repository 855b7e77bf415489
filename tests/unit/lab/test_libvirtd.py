"""A private libvirtd before it runs: its folders, its configuration, its refusals."""

import os
import shutil
from pathlib import Path

import pytest

from tracenova.lab import libvirtd, libvirtd_keeper
from tracenova.lab.libvirtd import LibvirtdError, PrivateLibvirtd

IS_ROOT = os.geteuid() == 0


def test_what_never_ran_is_off_and_can_be_stopped(tmp_path):
    """Nothing is made by looking."""
    private = PrivateLibvirtd(tmp_path / "s")
    for status in (private.status(), private.down()):
        assert (status.running, status.pid, status.guests) == (False, None, ())
    assert not (tmp_path / "s").exists()


def test_the_uri_is_the_same_whether_it_runs_or_not(tmp_path):
    """Root has a system libvirt, everybody else a session of his own."""
    kind = "system" if IS_ROOT else "session"
    socket = tmp_path / "s" / "sock" / "libvirt-sock"
    assert PrivateLibvirtd(tmp_path / "s").uri == f"qemu:///{kind}?socket={socket}"


def test_a_folder_too_long_for_sockets_is_refused_before_anything_starts(tmp_path):
    """The kernel takes 107 bytes; the message says by how much it is too long."""
    state = tmp_path / ("x" * 100)
    with pytest.raises(
        LibvirtdError, match=r"too long by \d+ .*name a shorter --state"
    ):
        PrivateLibvirtd(state).up()
    assert not state.exists()


def test_without_the_program_the_package_is_named(tmp_path, monkeypatch):
    """apt-get install."""
    monkeypatch.setattr(shutil, "which", lambda *_args, **_named: None)
    with pytest.raises(LibvirtdError, match="apt-get install libvirt-daemon-system"):
        PrivateLibvirtd(tmp_path / "s").up()


def test_all_it_writes_is_below_its_folder(tmp_path):
    """Sockets, logs, configuration; readable by its user alone; no login."""
    state = tmp_path / "s"
    PrivateLibvirtd(state)._write_configuration()
    text = (state / "libvirtd.conf").read_text()
    assert f'unix_sock_dir = "{state}/sock"' in text
    assert 'auth_unix_rw = "none"' in text
    assert 'unix_sock_rw_perms = "0700"' in text
    where = "etc" if IS_ROOT else "c/libvirt"
    assert 'stdio_handler = "file"' in (state / where / "qemu.conf").read_text()
    folders = [path for path in state.iterdir() if path.is_dir()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in folders)


def test_two_folders_are_two_hosts_and_one_stays_the_same(tmp_path):
    """libvirt's uuid of the host is made of the folder's name."""

    def host_uuid(name: str) -> str:
        PrivateLibvirtd(tmp_path / name)._write_configuration()
        text = (tmp_path / name / "libvirtd.conf").read_text()
        return next(line for line in text.splitlines() if "host_uuid" in line)

    assert host_uuid("a") == host_uuid("a")
    assert host_uuid("a") != host_uuid("b")


def test_an_ordinary_user_s_folder_is_short(monkeypatch):
    """That of the login session; without one, and for root, the state folder."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    monkeypatch.setenv("XDG_STATE_HOME", "/home/alice/.local/state")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert libvirtd.default_state() == Path("/run/user/1000/tracenova")
    longest = libvirtd_keeper.LONGEST_SOCKETS[False]
    assert len(str(libvirtd.default_state() / longest)) < 107
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    home = Path("/home/alice/.local/state/tracenova/libvirtd")
    assert libvirtd.default_state() == home
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/0")
    assert libvirtd.default_state() == home


def test_an_ordinary_user_s_daemon_finds_nothing_of_the_user_s(tmp_path):
    """Every folder that libvirt derives its own from lies in the private one."""
    environment = libvirtd_keeper.session_environment(tmp_path)
    assert set(environment) == {
        *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    }
    assert all(path.startswith(f"{tmp_path}/") for path in environment.values())


def test_a_lock_that_somebody_only_looks_at_is_taken_in_the_end(tmp_path):
    """Who asks whether it runs holds the lock for a moment."""
    import fcntl
    import threading

    path = tmp_path / "keeper.lock"
    with path.open("a+") as looker, path.open("a+") as keeper:
        fcntl.flock(looker, fcntl.LOCK_EX)
        threading.Timer(0.05, fcntl.flock, (looker, fcntl.LOCK_UN)).start()
        libvirtd_keeper._take(keeper)
        with pytest.raises(BlockingIOError):
            fcntl.flock(looker, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_libvirtds_side_by_side_give_guests_screens_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that look for a free port at the same time, one's guest would not start."""
    ranges = []
    for pid in (1000, 1001, 1239):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        PrivateLibvirtd(tmp_path)._write_configuration()
        (conf,) = tmp_path.rglob("qemu.conf")
        first, last = (
            int(line.partition("=")[2])
            for line in conf.read_text(encoding="utf-8").splitlines()
            if line.startswith("remote_display_port_")
        )
        ranges.append(range(first, last + 1))
    ports = [port for each in ranges for port in each]
    assert len(set(ports)) == len(ports)
    assert min(ports) > 5900
    assert max(ports) < 2**16
