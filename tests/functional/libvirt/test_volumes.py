"""Servers with volumes: cinder's files, attached at boot and let go with the server."""

from pathlib import Path
from typing import Any

from tests.functional.libvirt import labs
from tests.functional.libvirt.labs import TWO_HOSTS
from tracenova.lab.cloud import Cloud
from tracenova.lab.ids import uuid_of


def test_a_server_boots_from_a_volume_made_of_an_image(tmp_path: Path) -> None:
    """source image → volume: created, waited for, attached, deleted with the server."""
    with labs.running(tmp_path, TWO_HOSTS) as cloud:
        client = cloud.client()
        server_id = labs.post(
            client,
            name="web",
            flavorRef="1",
            networks="auto",
            block_device_mapping_v2=[
                {
                    "boot_index": 0,
                    "uuid": uuid_of("image", "guest"),
                    "source_type": "image",
                    "destination_type": "volume",
                    "volume_size": 1,
                    "delete_on_termination": True,
                }
            ],
        )
        server = labs.settled(client, server_id)
        assert server["status"] == "ACTIVE", server.get("fault")
        (volume,) = cloud.around.cinder.snapshot()
        assert volume["status"] == "in-use"
        path = cloud.around.cinder.backend.path_of(volume["id"])
        assert path.stat().st_size == 1024**3
        assert str(path) in _guest_xml(cloud, server_id)
        labs.audited(cloud)
        labs.delete(client, [server_id])
        labs.until(lambda: not cloud.around.cinder.snapshot())
        assert not path.exists()
        labs.audited(cloud)


def _guest_xml(cloud: Cloud, server_id: str) -> str:
    for name, service in cloud.services.items():
        if name.startswith("nova-compute@"):
            driver: Any = service.manager.driver
            for guest in driver._host.list_guests():
                if guest.uuid == server_id:
                    return str(guest.get_xml_desc())
    return ""
