"""What happens to a server after it was built, as one short story for real clients."""

import time
from collections.abc import Callable
from typing import Any

from tests.functional.served.test_novaclient import client
from tests.functional.served.test_openstacksdk import create, delete, wait

PATIENCE_S = 120.0


def until(holds: Callable[[], object]) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.05)


class Changes:
    """Everything that Newton's API can do here to a server that exists.

    Args:
        sdk: a connection of the openstacksdk to a cloud with m1.tiny, guest, private.
        zone: in which availability zone the server is to be, perhaps on which host.
    """

    def __init__(self, sdk: Any, zone: str = "nova") -> None:
        self._sdk, self._compute, self._zone = sdk, sdk.compute, zone
        self._nova = client(sdk, "2.38")

    def tell(self) -> None:
        """Boot a server, change it in every way, delete it; nothing is left."""
        made = create(self._sdk, "changed", availability_zone=self._zone)
        server = wait(self._sdk, made)
        self._states(server)
        self._volumes(server)
        self._ports(server)
        self._image(server)
        self._tags(server)
        actions = [each.action for each in self._nova.instance_action.list(server.id)]
        delete(self._sdk, server)
        # Newton writes down no attaching, no image: Ocata began to.
        assert actions[::-1] == [
            *("create", "pause", "unpause", "suspend", "resume", "stop", "start"),
            *("reboot", "reboot", "rebuild"),
        ]
        until(lambda: not list(self._sdk.network.ports(device_id=server.id)))

    def _become(self, server: Any, status: str) -> None:
        def has_become() -> bool:
            shown = self._compute.get_server(server.id)
            assert shown.status == status or shown.status != "ERROR", shown.fault
            return shown.status == status and shown.task_state is None

        until(has_become)

    def _states(self, server: Any) -> None:
        for action, status in (
            ("pause", "PAUSED"),
            ("unpause", "ACTIVE"),
            ("suspend", "SUSPENDED"),
            ("resume", "ACTIVE"),
            ("stop", "SHUTOFF"),
            ("start", "ACTIVE"),
        ):
            getattr(self._compute, f"{action}_server")(server)
            self._become(server, status)
        for kind in ("SOFT", "HARD"):
            self._compute.reboot_server(server, kind)
            self._become(server, "ACTIVE")

    def _volumes(self, server: Any) -> None:
        storage = self._sdk.block_storage

        def become(volume: Any, status: str) -> None:
            until(lambda: storage.get_volume(volume.id).status == status)

        volume = storage.create_volume(name="changes", size=1)
        become(volume, "available")
        self._compute.create_volume_attachment(server, volume_id=volume.id)
        become(volume, "in-use")
        (shown,) = self._compute.get_server(server.id).attached_volumes
        assert shown["id"] == volume.id
        self._compute.delete_volume_attachment(server, volume.id)
        become(volume, "available")
        snapshot = storage.create_snapshot(volume_id=volume.id, name="changes")
        until(lambda: storage.get_snapshot(snapshot.id).status == "available")
        copy = storage.create_volume(name="copy", snapshot_id=snapshot.id, size=1)
        become(copy, "available")
        storage.delete_snapshot(snapshot)
        for each in (copy, volume):
            storage.delete_volume(each)
            storage.wait_for_delete(each, interval=0.1, wait=60)

    def _ports(self, server: Any) -> None:
        network = self._sdk.network.find_network("private").id
        (before,) = self._addresses(server)
        port = self._sdk.network.create_port(network_id=network)
        made = self._compute.create_server_interface(server, port_id=port.id)
        assert len(self._addresses(server)) == 2
        until(lambda: self._sdk.network.get_port(port.id).status == "ACTIVE")
        self._compute.delete_server_interface(made, server)
        until(lambda: self._addresses(server) == [before])
        self._sdk.network.delete_port(port)
        act = f"/servers/{server.id}/action"
        self._nova.client.post(act, body={"addFixedIp": {"networkId": network}})
        until(lambda: len(self._addresses(server)) == 2)
        (more,) = set(self._addresses(server)) - {before}
        self._nova.client.post(act, body={"removeFixedIp": {"address": more}})
        until(lambda: self._addresses(server) == [before])

    def _addresses(self, server: Any) -> list[str]:
        shown = self._compute.get_server(server.id).addresses.get("private", [])
        return sorted(address["addr"] for address in shown)

    def _image(self, server: Any) -> None:
        before = self._addresses(server)
        image = self._compute.create_server_image(server, "changes")
        until(lambda: self._sdk.image.get_image(image.id).status == "active")
        self._become(server, "ACTIVE")
        self._compute.rebuild_server(server, image=image.id, name="anew")
        self._become(server, "ACTIVE")
        rebuilt = self._compute.get_server(server.id)
        assert (rebuilt.image.id, rebuilt.name) == (image.id, "anew")
        assert self._addresses(server) == before
        self._sdk.image.delete_image(image.id)

    def _tags(self, server: Any) -> None:
        self._nova.servers.set_tags(server.id, ["red", "round"])
        for filters, is_found in (
            ({"tags": "red,round"}, True),
            ({"tags": "red,square"}, False),
            ({"tags-any": "red,square"}, True),
            ({"not-tags": "red,round"}, False),
            ({"not-tags-any": "square"}, True),
        ):
            found = {each.id for each in self._nova.servers.list(search_opts=filters)}
            assert (server.id in found) is is_found, filters
