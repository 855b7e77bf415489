"""A real virtual machine, by emulation where there is no KVM: from POST to its console."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.functional.libvirt import labs
from tracenova import telemetry
from tracenova.lab.cloud import Cloud
from tracenova.lab.libvirtd import PrivateLibvirtd
from tracenova.trace import names
from tracenova.virt.libvirt import events, kvm, seam

pytestmark = [pytest.mark.qemu, pytest.mark.timeout(900)]

# generous: an emulated guest on a busy machine may take a minute for its three seconds
PATIENCE_S = 240
READY = "tracenova-guest: ready"

LAB = """
[[hosts]]
name = "real"

[[flavors]]
name = "tiny"
memory_mb = 256
disk_gb = 1
ephemeral_gb = 1
swap_mb = 64
"""


class Server:
    """One server, as its user sees it."""

    def __init__(self, cloud: Cloud, *disks: dict[str, Any], **wishes: Any) -> None:
        self.client = cloud.client()
        self.id = labs.post(cloud, self.client, *disks, **wishes)

    def console(self) -> str:
        """Return what the guest has said so far."""
        return str(labs.action(self.client, self.id, os_getConsoleOutput={})["output"])

    def says(self, text: str) -> bool:
        """Say whether the guest has said so, once it has said everything."""
        labs.until(lambda: READY in self.console(), PATIENCE_S)
        return f"tracenova-guest: {text}" in self.console()

    def ask(self, status: str, **body: Any) -> None:
        """Ask for an action, and wait until it has ended in the status."""
        labs.action(self.client, self.id, **body)
        found = labs.settled(self.client, self.id, PATIENCE_S)
        assert found["status"] == status, found.get("fault")


def test_a_real_guest_speaks_stops_starts_reboots_and_goes(
    tmp_path: Path,
    private: PrivateLibvirtd,
    capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """POST to console; its disks; stop, start, reboot, a crash, delete; clean after each."""
    with labs.running(tmp_path, LAB, virt=private.uri) as cloud:
        volume_id = labs.create_volume(cloud, size_gb=2)
        began = time.monotonic()
        server = Server(
            cloud,
            labs.root_of_image(),
            labs.existing_volume(volume_id),
            name="web",
            metadata={"role": "test"},
        )
        found = labs.settled(server.client, server.id, PATIENCE_S)
        assert found["status"] == "ACTIVE", found.get("fault")
        assert server.says("name web")
        with capsys.disabled():
            sys.stdout.write(
                f"\n[real guest: {time.monotonic() - began:.1f} s from POST to console]"
            )
        assert server.says(f"uuid {server.id}")
        assert server.says('metadata {"role": "test"}')
        for disk in (
            *("vda 2097152 sectors", "vdb 2097152 sectors vfat"),
            *("vdc 131072 sectors swap", "vdd 4194304 sectors without"),
        ):
            assert server.says(f"disk {disk}"), server.console()
        labs.audited(cloud)
        (name,) = private.status().guests
        assert name.startswith("tracenova-")

        server.ask("SHUTOFF", os_stop=None)
        assert "tracenova-guest: power button" in server.console()
        labs.audited(cloud)
        server.ask("ACTIVE", os_start=None)
        assert server.says("disk vdd 4194304 sectors")
        server.ask("ACTIVE", reboot={"type": "SOFT"})
        labs.audited(cloud)
        server.ask("ACTIVE", reboot={"type": "HARD"})
        labs.audited(cloud)

        monkeypatch.setattr(events, "LIFECYCLE_DELAY_S", 0.5)  # it would be 15
        crash(private, name)
        labs.until(
            lambda: server.client.show_server(server.id)["status"] == "SHUTOFF",
            PATIENCE_S,
        )
        labs.audited(cloud)
        labs.delete(server.client, [server.id], PATIENCE_S)
        labs.audited(cloud)
        assert labs.volume(cloud, volume_id)["status"] == "available"
        assert private.status().guests == ()


def crash(private: PrivateLibvirtd, name: str) -> None:
    """Let the guest's process die behind Nova's back: only libvirt's event tells."""
    connection = seam.libvirt().open(private.uri)
    try:
        connection.lookupByName(name).destroy()
    finally:
        connection.close()


def test_a_real_guest_boots_from_a_volume_and_has_another(
    tmp_path: Path, private: PrivateLibvirtd
) -> None:
    """The image becomes a volume, the guest runs from it; the one that was there stays."""
    with labs.running(
        tmp_path,
        labs.ONE_HOST,
        virt=private.uri,
        block_device_allocate_retries_interval=0,
    ) as cloud:
        extra = labs.create_volume(cloud, size_gb=2)
        server = Server(
            cloud, labs.root_on_volume(), labs.existing_volume(extra), imageRef=""
        )
        found = labs.settled(server.client, server.id, PATIENCE_S)
        assert found["status"] == "ACTIVE", found.get("fault")
        (root,) = {each["id"] for each in cloud.around.cinder.snapshot()} - {extra}
        assert server.says(f"uuid {server.id}")
        for disk in ("vda 2097152 sectors", "vdb 4194304 sectors without"):
            assert server.says(f"disk {disk}"), server.console()
        (folder,) = tmp_path.glob(f"state/hosts/compute1/instances/{server.id}")
        assert not (folder / "disk").exists()
        assert labs.volume(cloud, root)["status"] == "in-use"
        assert labs.volume(cloud, extra)["status"] == "in-use"
        labs.audited(cloud)
        labs.delete(server.client, [server.id], PATIENCE_S)
        labs.audited(cloud)
        left = {each["id"]: each["status"] for each in cloud.around.cinder.snapshot()}
        assert left == {extra: "available"}
        assert private.status().guests == ()


def test_the_trace_of_a_real_guest_holds_every_call_and_says_how_it_runs(
    tmp_path: Path, private: PrivateLibvirtd
) -> None:
    """The same calls as on libvirt's test driver, and KVM or TCG, with the reason."""
    with (
        telemetry.recording(save=tmp_path / "real.otlp.jsonl") as session,
        labs.running(tmp_path, labs.ONE_HOST, virt=private.uri) as cloud,
    ):
        client = cloud.client()
        (server_id,) = labs.create(cloud, client, flavor="tiny")
        assert labs.settled(client, server_id, PATIENCE_S)["status"] == "ACTIVE"
        labs.delete(client, [server_id], PATIENCE_S)
        labs.audited(cloud)
    calls = [span for span in session.trace().spans if span.name.startswith("libvirt.")]
    made = [span.name.partition(".")[2] for span in calls]
    for call in ("plug_vifs", "defineXML", "make_drive", "createWithFlags", "resume"):
        assert made.count(call) == 1, made
    for call in ("destroy", "undefine", "unplug_vifs"):
        assert call in made
    (start,) = (span for span in calls if span.name == "libvirt.createWithFlags")
    said = str(start.attributes[names.DRIVER_ARGS])
    reason = kvm.why_not(private.uri)
    assert ("KVM" if reason is None else f"TCG (emulation): {reason}") in said
