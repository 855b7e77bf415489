"""Real hosts among others: mixed labs, bridges, strangers' guests, guests of the dead."""

import contextlib
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.functional.libvirt import labs
from tracenova.cli.console import command
from tracenova.lab import leftovers
from tracenova.lab.errors import PartMissing
from tracenova.lab.libvirtd import PrivateLibvirtd
from tracenova.virt.libvirt import seam

pytestmark = [pytest.mark.qemu, pytest.mark.timeout(900)]

PATIENCE_S = 240  # an emulated guest on a busy machine
STRANGER = """
<domain type="qemu">
  <name>{name}</name>
  <uuid>{uuid}</uuid>
  <metadata>{metadata}</metadata>
  <memory unit="MiB">32</memory>
  <os><type arch="x86_64" machine="pc">hvm</type></os>
</domain>
"""
# what a Nova that is no lab's writes into its guests
SOMEBODY_S_NOVA = (
    '<nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.0">'
    "<nova:name>theirs</nova:name></nova:instance>"
)


@pytest.fixture(name="connection")
def fixture_connection(private: PrivateLibvirtd) -> Iterator[Any]:
    """A user's own connection to the same libvirt."""
    connection = seam.libvirt().open(private.uri)
    yield connection
    connection.close()


@contextlib.contextmanager
def stranger(connection: Any, name: str, metadata: str = "") -> Iterator[Any]:
    """A running guest that carries no lab's mark."""
    domain = connection.defineXML(
        STRANGER.format(name=name, uuid=uuid.uuid4(), metadata=metadata)
    )
    domain.create()
    try:
        yield domain
    finally:
        domain.destroy()
        domain.undefine()


def test_what_carries_no_mark_survives_everything(
    tmp_path: Path, private: PrivateLibvirtd, connection: Any
) -> None:
    """A lab with its audits, tidying, guests of the dead, and its end: nothing of it."""
    with (
        stranger(connection, "mine") as mine,
        stranger(connection, "instance-00000001", SOMEBODY_S_NOVA) as theirs,
    ):
        with labs.running(tmp_path, labs.ONE_HOST, virt=private.uri) as cloud:
            client = cloud.client()
            (server_id,) = labs.create(cloud, client, flavor="tiny")
            assert labs.settled(client, server_id, PATIENCE_S)["status"] == "ACTIVE"
            labs.audited(cloud)
            assert cloud.tidy_host("compute1") == []
            cloud.restart_compute("compute1")
            assert leftovers.remove_guests_of_the_dead(private.uri) == []
            status = private.status()
            assert len(status.guests) == 1
            assert status.others == ("instance-00000001", "mine")
        # the lab has ended with its server: its guest is gone, the others are not
        assert private.status().guests == ()
        for domain in (mine, theirs):
            assert domain.isActive()
            assert domain.info()[0] == seam.libvirt().VIR_DOMAIN_RUNNING
        assert leftovers.remove_guests_of(private.uri, tmp_path) == []
        assert private.status().others == ("instance-00000001", "mine")


def test_guests_of_a_lab_that_died_are_removed_by_the_next_one(
    tmp_path: Path, private: PrivateLibvirtd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL to the whole lab: its guest runs on until somebody starts a lab there.

    While it lives, another process reads the guest's console.
    """
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    kept = subprocess.Popen(
        [
            *(sys.executable, "-m", "tracenova", "boot", "--keep"),
            *("--virt", private.uri, "--timeout", str(PATIENCE_S)),
            *("--save", str(tmp_path / "dead.otlp.jsonl")),
        ],
        env={
            **os.environ,
            "TMPDIR": str(tmp_path),
            "PYTHONPATH": str(Path(__file__).parents[3]),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        labs.until(lambda: private.status().guests, PATIENCE_S)
        labs.until(lambda: "tracenova-guest: ready" in console("demo"), PATIENCE_S)
        assert "tracenova-guest: name demo" in console("demo")
        assert console("demo", "--length", "2").strip() == "tracenova-guest: ready"
        # a lab that lives keeps its guests
        assert leftovers.remove_guests_of_the_dead(private.uri) == []
    finally:
        kept.kill()
        kept.wait()
    (orphan,) = private.status().guests
    (folder,) = tmp_path.glob("tracenova-*")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said: list[str] = []
    with labs.running(
        tmp_path, labs.ONE_HOST, virt=private.uri, narrate=said.append
    ) as cloud:
        assert private.status().guests == ()
        labs.audited(cloud)
    assert any(f"removed {orphan}, a guest of a lab that died" in line for line in said)
    assert not folder.exists()


def console(*arguments: str) -> str:
    """Return what ``tracenova console`` prints; nothing while there is no kept lab."""
    result = CliRunner().invoke(command, arguments)
    return result.output if result.exit_code == 0 else ""


def test_one_lab_may_mix_fake_test_and_real_hosts(
    tmp_path: Path, private: PrivateLibvirtd
) -> None:
    """A server on each; the real host reports the machine's size, the others the lab's."""
    kinds = {"fake": "fake", "mock": "test", "real": private.uri}
    text = labs.TINY + "".join(
        f'[[hosts]]\nname = "{name}"\nvirt = "{kind}"\nmemory_mb = 2048\n'
        for name, kind in kinds.items()
    )
    with labs.running(tmp_path, text, virt=None) as cloud:
        client = cloud.client(admin=True)
        ids = {
            host: labs.create(cloud, client, flavor="tiny", az=f"nova:{host}")[0]
            for host in kinds
        }
        for host, server_id in ids.items():
            server = labs.settled(client, server_id, PATIENCE_S)
            assert server["status"] == "ACTIVE", (host, server.get("fault"))
            assert server["OS-EXT-SRV-ATTR:host"] == host
        labs.audited(cloud)
        nodes = {node.host: node for node in labs.nodes(cloud)}
        types = {name: node.hypervisor_type for name, node in nodes.items()}
        assert types == {"fake": "fake", "mock": "TEST", "real": "QEMU"}
        assert nodes["mock"].memory_mb == nodes["fake"].memory_mb == 2048
        assert nodes["real"].vcpus == processors(private)
        assert nodes["real"].memory_mb != 2048
        labs.delete(client, list(ids.values()), PATIENCE_S)
        labs.audited(cloud)
        assert not any(labs.sums(cloud).values())


def processors(private: PrivateLibvirtd) -> int:
    """Return how many this machine has as libvirt sees it."""
    connection = seam.libvirt().open(private.uri)
    try:
        return int(connection.getInfo()[2])
    finally:
        connection.close()


def test_a_guest_is_plugged_into_the_bridges_that_the_lab_names(
    tmp_path: Path, private: PrivateLibvirtd, connection: Any
) -> None:
    """One card on a Linux bridge, one on a network of libvirt's."""
    with linux_bridge() as bridge, libvirt_network(connection) as (network, second):
        text = labs.ONE_HOST + (
            f'[[networks]]\nname = "red"\nbridge = "{bridge}"\n'
            f'[[networks]]\nname = "blue"\ncidr = "10.1.0.0/24"\n'
            f'bridge = "network/{network}"\n'
        )
        with labs.running(tmp_path, text, virt=private.uri) as cloud:
            client = cloud.client()
            cards = [{"uuid": each} for each in labs.network_ids(cloud, "red", "blue")]
            server_id = labs.post(cloud, client, networks=cards)
            server = labs.settled(client, server_id, PATIENCE_S)
            assert server["status"] == "ACTIVE", server.get("fault")
            assert len(ports_of(bridge)) == 1
            assert len(ports_of(second) - {f"{second}-nic"}) == 1
            labs.audited(cloud)
            labs.delete(client, [server_id], PATIENCE_S)
            labs.audited(cloud)
            assert not ports_of(bridge)


@contextlib.contextmanager
def linux_bridge() -> Iterator[str]:
    """A bridge of the kernel's."""
    name = f"tn{os.getpid() % 10**6}a"
    made = subprocess.run(
        ["ip", "link", "add", name, "type", "bridge"], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no Linux bridge can be made here: {made.stderr.decode().strip()}")
    try:
        subprocess.run(["ip", "link", "set", name, "up"], check=True)
        yield name
    finally:
        subprocess.run(["ip", "link", "del", name], check=True)


@contextlib.contextmanager
def libvirt_network(connection: Any) -> Iterator[tuple[str, str]]:
    """An isolated network of libvirt's; yields its name and its bridge's."""
    name, bridge = f"tn-{os.getpid()}", f"tn{os.getpid() % 10**6}b"
    network = connection.networkCreateXML(
        f"<network><name>{name}</name><bridge name='{bridge}'/></network>"
    )
    try:
        yield name, bridge
    finally:
        network.destroy()


def ports_of(bridge: str) -> set[str]:
    """Return the devices that are plugged into the bridge."""
    return set(os.listdir(f"/sys/class/net/{bridge}/brif"))  # noqa: PTH208 - sysfs


@pytest.mark.parametrize(
    "uri", ["qemu:///system?socket=/nonexistent/libvirt-sock", "qemu+ssh://[::1/system"]
)
def test_a_uri_at_which_nobody_answers_is_one_line(tmp_path: Path, uri: str) -> None:
    """Before anything starts: which URI, why, and what mends it."""
    with (
        pytest.raises(PartMissing, match="no hypervisor answers at") as caught,
        labs.running(tmp_path, labs.ONE_HOST, virt=uri),
    ):
        pass
    assert uri in str(caught.value)
    assert "mend:" in str(caught.value)
    assert "\n" not in str(caught.value)
