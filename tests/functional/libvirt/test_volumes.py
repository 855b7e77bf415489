"""Servers with volumes: cinder's files, attached at boot and let go with the server."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.functional.libvirt import labs
from tracenova import telemetry
from tracenova.lab.cloud import Cloud

pytestmark = pytest.mark.libvirt

BLANK = {
    "boot_index": -1,
    "source_type": "blank",
    "destination_type": "volume",
    "volume_size": 1,
}


def test_a_server_boots_from_a_volume_made_of_an_image(tmp_path: Path) -> None:
    """source image → volume: created, waited for, attached, deleted with the server."""
    with labs.running(
        tmp_path, labs.TWO_HOSTS, block_device_allocate_retries_interval=0
    ) as cloud:
        client = cloud.client()
        server_id = labs.post(cloud, client, labs.root_on_volume(), imageRef="")
        server = labs.settled(client, server_id)
        assert server["status"] == "ACTIVE", server.get("fault")
        (volume,) = cloud.around.cinder.snapshot()
        assert volume["status"] == "in-use"
        path = cloud.around.cinder.backend.path_of(volume["id"])
        assert path.stat().st_size == 1024**3
        assert disks_of(cloud, server_id) == {"vda": str(path)}
        labs.audited(cloud)
        labs.delete(client, [server_id])
        labs.until(lambda: not cloud.around.cinder.snapshot())
        assert not path.exists()
        labs.audited(cloud)


def test_a_server_takes_volumes_along_that_outlive_it(tmp_path: Path) -> None:
    """One that exists and a new, blank one: connected, attached, and let go."""
    with (
        telemetry.recording(save=tmp_path / "volumes.otlp.jsonl") as session,
        labs.running(
            tmp_path, labs.TWO_HOSTS, block_device_allocate_retries_interval=0
        ) as cloud,
    ):
        client = cloud.client()
        extra = labs.create_volume(cloud, size_gb=1)
        data = cloud.around.cinder.backend.path_of(extra)
        with data.open("r+b") as file:
            file.write(b"precious")
        server_id = labs.post(
            cloud, client, labs.root_of_image(), labs.existing_volume(extra), BLANK
        )
        server = labs.settled(client, server_id)
        assert server["status"] == "ACTIVE", server.get("fault")
        volumes = {each["id"]: each for each in cloud.around.cinder.snapshot()}
        assert {each["status"] for each in volumes.values()} == {"in-use"}
        (attachment,) = volumes[extra]["attachments"]
        assert (attachment["server_id"], attachment["device"]) == (
            server_id,
            "/dev/vdb",
        )
        (blank,) = set(volumes) - {extra}
        path_of = cloud.around.cinder.backend.path_of
        disks = disks_of(cloud, server_id)
        assert disks["vdb"] == str(path_of(extra))
        assert disks["vdc"] == str(path_of(blank))
        labs.audited(cloud)
        labs.delete(client, [server_id])
        labs.audited(cloud)
        left = cloud.around.cinder.snapshot()
        assert [each["status"] for each in left] == ["available", "available"]
        assert data.read_bytes()[:8] == b"precious"
        labs.audited(cloud)
    asked = actions_on(session.trace(), extra)
    assert asked == [
        *("os-initialize_connection", "os-attach"),
        *("os-terminate_connection", "os-detach"),
    ]


def test_a_build_that_fails_lets_its_volumes_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one host only: terminate_connection and detach, and the volume is available."""
    from tracenova.virt.libvirt.guest import Guest

    def refuse(_guest: Guest, pause: bool = False) -> None:
        raise RuntimeError(f"no start, pause={pause}")

    monkeypatch.setattr(Guest, "launch", refuse)
    with labs.running(tmp_path, labs.ONE_HOST) as cloud:
        client = cloud.client()
        extra = labs.create_volume(cloud, size_gb=1)
        server_id = labs.post(
            cloud, client, labs.root_of_image(), labs.existing_volume(extra)
        )
        server = labs.settled(client, server_id)
        assert server["status"] == "ERROR"
        assert server["fault"]["message"]
        labs.audited(cloud)
        labs.delete(client, [server_id])
        assert labs.volume(cloud, extra)["status"] == "available"
        labs.audited(cloud)


def disks_of(cloud: Cloud, server_id: str) -> dict[str, str]:
    """Return the files of a guest's disks by device, as libvirt has them."""
    for name, service in cloud.services.items():
        if name.startswith("nova-compute@"):
            driver: Any = service.manager.driver
            for guest in driver._host.list_guests():
                if guest.uuid == server_id:
                    root = etree.fromstring(guest.get_xml_desc())
                    return {
                        disk.find("target").get("dev"): disk.find("source").get("file")
                        for disk in root.findall("devices/disk")
                    }
    return {}


def actions_on(trace: Any, volume_id: str) -> list[str]:
    """Return what cinder was asked to do with the volume, in order."""
    asked = [
        str(span.attributes.get("url.template", "")).rpartition("/action ")[2]
        for span in trace.spans
        if span.kind == "client" and volume_id in str(span.attributes.get("url.path"))
    ]
    return [name for name in asked if name.startswith("os-")]
