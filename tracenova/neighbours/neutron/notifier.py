"""Tells nova-api what became of a port: the other end of os-server-external-events.

Neutron: neutron/notifiers/nova.py
"""

import logging
from typing import Any

from tracenova import exception
from tracenova.http import ServiceClient

LOG = logging.getLogger(__name__)

Event = dict[str, Any]


class NovaNotifier:
    """Sends events about servers' ports to nova-api, with a token of its own.

    Args:
        client: nova-api.
        token: returns a valid token of the service user.
        project_id: the service user's project.
    """

    def __init__(self, client: ServiceClient, token: Any, project_id: str) -> None:
        self._client = client
        self._token = token
        self._project_id = project_id

    def port_event(
        self, name: str, server_uuid: str, port_id: str, status: str
    ) -> None:
        """Send one event.

        Args:
            name: ``network-vif-plugged``, ``network-vif-deleted`` …
            server_uuid: the port's device_id.
            port_id: becomes the event's tag.
            status: ``completed`` or ``failed``.
        """
        event: Event = {"server_uuid": server_uuid, "name": name, "tag": port_id}
        if name != "network-vif-deleted":
            event["status"] = status
        self._send([event])

    def network_changed(self, server_uuid: str) -> None:
        """Let nova look at a server's addresses again."""
        self._send([{"server_uuid": server_uuid, "name": "network-changed"}])

    def warm(self) -> None:
        """Let nova-api validate the token once, as it has on a cloud that is in use."""
        self._client.request(
            "GET",
            "/v2.1/{project_id}/os-availability-zone",
            path={"project_id": self._project_id},
            token=self._token(),
        )

    def _send(self, events: list[Event]) -> None:
        try:
            response = self._client.request(
                "POST",
                "/v2.1/{project_id}/os-server-external-events",
                path={"project_id": self._project_id},
                json={"events": events},
                token=self._token(),
            )
        except exception.NeighbourUnavailable as error:
            LOG.warning("Failed to notify nova on events: %s. %s", events, error)
            return
        if response.status_code != 200:
            LOG.warning("Nova answered %d to events: %s", response.status_code, events)
