"""Servers that run, changed on libvirt's test hypervisor: disks, cards, states, images."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.functional.libvirt import labs
from tracenova import telemetry
from tracenova.lab.client import Client
from tracenova.lab.cloud import Cloud
from tracenova.trace.trace import Trace

pytestmark = pytest.mark.libvirt


class Server:
    """One server, as its user sees it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.client: Client = cloud.client(admin=True)  # who sees what has failed
        self.id = labs.post(cloud, self.client, labs.root_of_image())
        assert labs.settled(self.client, self.id)["status"] == "ACTIVE"

    def call(self, method: str, below: str, json: Any = None) -> dict[str, Any]:
        """Send a request below the server's URL."""
        template = "/servers/{id}" + below
        return self.client.call(method, template, path={"id": self.id}, json=json)

    def becomes(self, status: str, **action: Any) -> dict[str, Any]:
        """Ask for the action; return the server once it has the status."""
        labs.action(self.client, self.id, **action)

        def look() -> dict[str, Any] | None:
            server = self.client.show_server(self.id)
            idle = server["OS-EXT-STS:task_state"] is None
            return server if idle and server["status"] == status else None

        found = labs.until(look)
        assert found is not None
        return found

    def last_failure(self) -> str | None:
        """Return which step of the last action has failed; None: none, so far."""
        (last, *_) = self.call("GET", "/os-instance-actions")["instanceActions"]
        told = self.call("GET", f"/os-instance-actions/{last['request_id']}")
        events = told["instanceAction"]["events"]
        failed = [event["event"] for event in events if event["result"] == "Error"]
        return failed[0] if failed else None

    def addresses(self) -> int:
        """Return how many addresses it has."""
        shown = self.client.show_server(self.id)["addresses"]
        return sum(len(each) for each in shown.values())

    def definition(self) -> Any:
        """Return the guest as libvirt will start it next time."""
        for name, service in self.cloud.services.items():
            driver: Any = service.manager.driver if "compute@" in name else None
            for guest in driver._host.list_guests() if driver else ():
                if guest.uuid == self.id:
                    return guest._definition()
        raise AssertionError("no host has the guest")

    def disks(self) -> list[str]:
        """Return the device names of its disks."""
        return [t.get("dev") for t in self.definition().findall("devices/disk/target")]

    def cards(self) -> int:
        """Return how many network cards it has."""
        return len(self.definition().findall("devices/interface"))


def test_devices_come_and_go_and_the_guest_rests(tmp_path: Path) -> None:
    """Its definition, cinder, neutron and the audit agree after each step."""
    save = tmp_path / "changes.otlp.jsonl"
    with (
        telemetry.recording(save=save),
        labs.running(tmp_path, labs.TWO_HOSTS) as cloud,
    ):
        server = Server(cloud)
        volume = labs.create_volume(cloud, size_gb=1)
        wanted = {"volumeAttachment": {"volumeId": volume}}
        server.call("POST", "/os-volume_attachments", wanted)
        labs.until(lambda: labs.volume(cloud, volume)["status"] == "in-use")
        assert server.disks() == ["vda", "vdb"]
        server.call("POST", "/os-interface", {"interfaceAttachment": {}})
        assert (server.cards(), server.addresses()) == (2, 2)
        labs.audited(cloud)

        assert server.becomes("PAUSED", pause=None)["OS-EXT-STS:power_state"] == 3
        server.becomes("ACTIVE", unpause=None)
        assert server.becomes("SUSPENDED", suspend=None)["OS-EXT-STS:power_state"] == 4
        server.becomes("ACTIVE", resume=None)
        assert (server.disks(), server.cards()) == (["vda", "vdb"], 2)
        server.becomes("ACTIVE", reboot={"type": "HARD"})
        assert (server.disks(), server.cards()) == (["vda", "vdb"], 2)

        server.call("DELETE", f"/os-volume_attachments/{volume}")
        labs.until(lambda: labs.volume(cloud, volume)["status"] == "available")
        assert server.disks() == ["vda"]
        (_, port) = server.call("GET", "/os-interface")["interfaceAttachments"]
        server.call("DELETE", f"/os-interface/{port['port_id']}")
        labs.until(lambda: server.addresses() == 1)
        assert server.cards() == 1
        server.becomes("SUSPENDED", suspend=None)
        labs.delete(server.client, [server.id])
        labs.audited(cloud)
    told = {span.name for span in Trace.load(save).spans}
    assert {
        *("libvirt.attachDeviceFlags", "libvirt.detachDeviceFlags"),
        *("libvirt.managedSave", "compute.reserve_block_device_name"),
    } <= told


def test_a_disk_becomes_an_image_and_the_image_a_disk(tmp_path: Path) -> None:
    """A copy in one piece; rebuilt from it on the same host, or left alone if it may not."""
    with labs.running(tmp_path, labs.TWO_HOSTS) as cloud:
        server = Server(cloud)
        glance = cloud.around.glance
        server.becomes("ACTIVE", createImage={"name": "copy"})
        copy = glance.find_by_name("copy")
        assert copy is not None
        image, data = glance.content(copy) or ({}, b"")
        assert (image["status"], image["size"]) == ("active", len(data))
        before = server.client.show_server(server.id)
        server.becomes("ACTIVE", rebuild={"imageRef": copy, "name": "anew"})
        after = server.client.show_server(server.id)
        assert (after["image"]["id"], after["name"]) == (copy, "anew")
        assert after["addresses"] == before["addresses"]
        assert server.becomes("SHUTOFF", os_stop=None)["image"]["id"] == copy
        server.becomes("SHUTOFF", rebuild={"imageRef": copy})

        foreign = {"name": "foreign", "architecture": "s390x"}
        other = glance.add(foreign, data, server.client.project_id)
        labs.action(server.client, server.id, rebuild={"imageRef": other})
        assert labs.until(server.last_failure) == "rebuild_server"
        assert labs.settled(server.client, server.id)["status"] == "SHUTOFF"
        labs.audited(cloud)
        labs.delete(server.client, [server.id])
        labs.audited(cloud)


def test_a_device_that_is_gone_already_is_no_hindrance(tmp_path: Path) -> None:
    """Somebody has changed the guest behind Nova's back: the volume is let go."""
    with labs.running(tmp_path, labs.ONE_HOST) as cloud:
        server = Server(cloud)
        volume = labs.create_volume(cloud, size_gb=1)
        wanted = {"volumeAttachment": {"volumeId": volume}}
        server.call("POST", "/os-volume_attachments", wanted)
        labs.until(lambda: labs.volume(cloud, volume)["status"] == "in-use")
        (driver,) = (
            service.manager.driver
            for name, service in cloud.services.items()
            if "compute@" in name
        )
        (guest,) = driver._host.list_guests()
        guest._redefine(removed=guest.get_disk("vdb"))
        assert "vdb" not in str(etree.tostring(guest._definition()))
        server.call("DELETE", f"/os-volume_attachments/{volume}")
        labs.until(lambda: labs.volume(cloud, volume)["status"] == "available")
        assert server.call("GET", "/os-volume_attachments")["volumeAttachments"] == []
