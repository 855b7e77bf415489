"""A host on another machine, ``qemu+ssh://``: here the other machine is this one."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.libvirt import labs
from tracenova.lab.cloud import Cloud
from tracenova.lab.libvirtd import PrivateLibvirtd
from tracenova.lab.ports import free_ports

pytestmark = [pytest.mark.qemu, pytest.mark.timeout(600)]

PATIENCE_S = 240
PRIVILEGE_SEPARATION = Path("/run/sshd")  # which Debian makes when its own sshd starts
SSHD_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
"""
SSH_CONFIG = """
Host *
IdentityFile {folder}/user_key
IdentitiesOnly yes
UserKnownHostsFile {folder}/known_hosts
StrictHostKeyChecking yes
BatchMode yes
"""


@pytest.fixture(name="remote")
def fixture_remote(tmp_path: Path, private: PrivateLibvirtd) -> Iterator[str]:
    """Serve the private libvirtd by an sshd with keys of its own; yield its URI there."""
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    if sshd is None or shutil.which("ssh") is None:
        pytest.skip("sshd and ssh are not installed (openssh-server)")
    if shutil.which("nc") is None:  # by which libvirt reaches a socket of one's own
        pytest.skip("nc is not installed (netcat-openbsd)")
    (port,) = free_ports(1)
    for name in ("host_key", "user_key"):
        path = str(tmp_path / name)
        keygen = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path)
        subprocess.run(keygen, check=True)
    host_key = (tmp_path / "host_key.pub").read_text(encoding="ascii")
    known = f"[127.0.0.1]:{port} {host_key}"
    (tmp_path / "known_hosts").write_text(known, encoding="ascii")
    for name, text in (("sshd_config", SSHD_CONFIG), ("ssh_config", SSH_CONFIG)):
        config = text.format(port=port, folder=tmp_path)
        (tmp_path / name).write_text(config, encoding="utf-8")
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\nexec ssh -F {tmp_path}/ssh_config "$@"\n')
    ssh.chmod(0o700)
    if os.geteuid() == 0:
        PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
    log = tmp_path / "sshd.log"
    server = subprocess.Popen(
        [sshd, "-D", "-f", str(tmp_path / "sshd_config"), "-E", str(log)]
    )
    try:
        labs.until(lambda: server.poll() is not None or accepts(port))
        assert server.poll() is None, log.read_text(encoding="utf-8")
        name, where = private.uri.removeprefix("qemu:///").split("?")
        yield f"qemu+ssh://127.0.0.1:{port}/{name}?{where}&command={ssh}"
    finally:
        server.kill()
        server.wait()


def accepts(port: int) -> bool:
    """Say whether somebody listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError:
        return False
    return True


def test_a_guest_boots_on_a_host_that_is_reached_by_ssh(
    tmp_path: Path, private: PrivateLibvirtd, remote: str
) -> None:
    """The way is libvirt's own; trace, console, audit and deletion are as on a near one."""
    text = f'{labs.TINY}\n[[hosts]]\nname = "far"\nvirt = "{remote}"\n'
    said: list[str] = []
    with labs.running(tmp_path, text, virt=None, narrate=said.append) as cloud:
        assert any(line.startswith(f"{remote}: guests run by") for line in said)
        client = cloud.client()
        (server_id,) = labs.create(cloud, client, flavor="tiny")
        server = labs.settled(client, server_id, PATIENCE_S)
        assert server["status"] == "ACTIVE", server.get("fault")
        assert len(private.status().guests) == 1
        assert nodes_type(cloud) == "QEMU"
        labs.audited(cloud)
        labs.delete(client, [server_id], PATIENCE_S)
        labs.audited(cloud)
        assert not any(labs.sums(cloud).values())
        assert private.status().guests == ()


def nodes_type(cloud: Cloud) -> str:
    """Return the hypervisor of the lab's only host, as the host's row has it."""
    (node,) = labs.nodes(cloud)
    return str(node.hypervisor_type)
