"""A real virtual machine, changed while it runs: QEMU plugs, saves and copies."""

from pathlib import Path

import pytest

from tests.functional.libvirt import labs
from tests.functional.libvirt.test_changes import Server
from tests.functional.libvirt.test_real_guest import LAB, PATIENCE_S, READY
from tracenova.lab.libvirtd import PrivateLibvirtd

# of no part of `make test`: the same on libvirt's test hypervisor is, in seconds
pytestmark = [pytest.mark.qemu, pytest.mark.faults, pytest.mark.timeout(900)]


def speaks(server: Server) -> bool:
    """Say whether the guest has booted."""
    told = labs.action(server.client, server.id, os_getConsoleOutput={})
    return READY in str(told["output"])


def test_a_real_guest_is_changed_while_it_runs(
    tmp_path: Path, private: PrivateLibvirtd
) -> None:
    """Disk and card plugged and unplugged, paused, suspended, copied, made anew."""
    with labs.running(tmp_path, LAB, virt=private.uri) as cloud:
        server = Server(cloud)
        labs.until(lambda: speaks(server), PATIENCE_S)
        before, volume = server.disks(), labs.create_volume(cloud, size_gb=1)
        wanted = {"volumeAttachment": {"volumeId": volume}}
        server.call("POST", "/os-volume_attachments", wanted)
        labs.until(lambda: labs.volume(cloud, volume)["status"] == "in-use")
        server.call("POST", "/os-interface", {"interfaceAttachment": {}})
        assert (len(server.disks()), server.cards()) == (len(before) + 1, 2)
        labs.audited(cloud)
        server.becomes("PAUSED", pause=None)
        server.becomes("ACTIVE", unpause=None)
        server.becomes("SUSPENDED", suspend=None)
        server.becomes("ACTIVE", resume=None)
        assert (len(server.disks()), server.cards()) == (len(before) + 1, 2)

        server.call("DELETE", f"/os-volume_attachments/{volume}")
        labs.until(lambda: labs.volume(cloud, volume)["status"] == "available")
        (_, port) = server.call("GET", "/os-interface")["interfaceAttachments"]
        server.call("DELETE", f"/os-interface/{port['port_id']}")
        labs.until(lambda: server.addresses() == 1)
        assert (server.disks(), server.cards()) == (before, 1)
        labs.audited(cloud)

        server.becomes("ACTIVE", createImage={"name": "copy"})
        copy = cloud.around.glance.find_by_name("copy")
        server.becomes("ACTIVE", rebuild={"imageRef": copy})
        labs.until(lambda: speaks(server), PATIENCE_S)
        server.becomes("SUSPENDED", suspend=None)
        labs.delete(server.client, [server.id], PATIENCE_S)
        labs.audited(cloud)
        assert private.status().guests == ()
