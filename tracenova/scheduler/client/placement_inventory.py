"""The compute node as placement knows it: a resource provider with inventories.

Nova: nova/scheduler/client/report.py [the provider and inventory methods]
"""

import logging
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tracenova.http_message import Response
from tracenova.scheduler.client.placement_connection import (
    PlacementConnection,
    safe_connect,
)
from tracenova.scheduler.client.placement_documents import extract_inventory_in_use

LOG = logging.getLogger(__name__)
PROVIDERS: Final = "/resource_providers"
PROVIDER: Final = "/resource_providers/{cn_uuid}"
INVENTORIES: Final = "/resource_providers/{cn_uuid}/inventories"
ATTEMPTS: Final = 3
PAUSE_S = 1.0


@dataclass(slots=True)
class ResourceProvider:
    """A compute node, as placement last told it.

    Attributes:
        uuid: the compute node's.
        name: its host name.
        generation: grows with each change; a stale one is refused.
    """

    uuid: str
    name: str
    generation: int


class InventoryReports(PlacementConnection):
    """Keeps provider and inventories in placement up to date."""

    def __init__(self) -> None:
        super().__init__()
        self._resource_providers: dict[str, ResourceProvider] = {}

    def _ensure_resource_provider(
        self, uuid: str, name: str | None = None
    ) -> ResourceProvider | None:
        """Return the provider from memory, from placement, or newly made."""
        if uuid not in self._resource_providers:
            provider = self._get_resource_provider(
                uuid
            ) or self._create_resource_provider(uuid, name or uuid)
            if provider is None:
                return None
            self._resource_providers[uuid] = provider
        return self._resource_providers[uuid]

    @safe_connect
    def _get_resource_provider(self, uuid: str) -> ResourceProvider | None:
        response = self._send("GET", PROVIDER, cn_uuid=uuid)
        if response.status_code == httpx.codes.OK:
            data = response.json()
            return ResourceProvider(uuid, data["name"], data["generation"])
        if response.status_code != httpx.codes.NOT_FOUND:
            _log_failure("retrieve", uuid, response)
        return None

    @safe_connect
    def _create_resource_provider(
        self, uuid: str, name: str
    ) -> ResourceProvider | None:
        response = self._send("POST", PROVIDERS, {"uuid": uuid, "name": name})
        if response.status_code == httpx.codes.CREATED:
            LOG.info(
                "Created resource provider record via placement API for resource "
                "provider with UUID %s and name %s.",
                uuid,
                name,
            )
            return ResourceProvider(uuid, name, 0)
        if response.status_code == httpx.codes.CONFLICT:
            LOG.info(
                "Another thread already created a resource provider with the UUID %s. "
                "Grabbing that record from the placement API.",
                uuid,
            )
            return self._get_resource_provider(uuid)
        _log_failure("create", uuid, response)
        return None

    @safe_connect
    def _update_inventory(self, rp_uuid: str, inv_data: dict[str, Any]) -> bool:
        """Bring placement's view up to date; try thrice when others change it too."""
        for _ in range(ATTEMPTS):
            if rp_uuid not in self._resource_providers:
                LOG.warning("Unable to refresh my resource provider record")
                return False
            if self._update_inventory_attempt(rp_uuid, inv_data):
                return True
            time.sleep(PAUSE_S)
        return False

    def _update_inventory_attempt(self, rp_uuid: str, inv_data: dict[str, Any]) -> bool:
        current = self._get_inventory_and_update_provider_generation(rp_uuid)
        if inv_data == current.get("inventories", {}):
            return True
        response = self._put_inventory(rp_uuid, inv_data)
        if response.status_code == httpx.codes.CONFLICT:
            LOG.info("Inventory update conflict for %s", rp_uuid)
            del self._resource_providers[rp_uuid]
            self._ensure_resource_provider(rp_uuid)
            return False
        if response.status_code != httpx.codes.OK:
            LOG.warning(
                "Failed to update inventory for resource provider %s: %d %s",
                rp_uuid,
                response.status_code,
                response.text,
            )
            return False
        self._note_generation(rp_uuid, response)
        return True

    @safe_connect
    def _delete_inventory(self, rp_uuid: str) -> None:
        """Take everything away from a compute node that reports nothing any more."""
        if rp_uuid not in self._resource_providers:
            return
        current = self._get_inventory_and_update_provider_generation(rp_uuid)
        if not current.get("inventories"):
            LOG.debug("No inventory to delete from resource provider %s.", rp_uuid)
            return
        LOG.info(
            "Compute node %s reported no inventory but previous inventory was "
            "detected. Deleting existing inventory records.",
            rp_uuid,
        )
        response = self._put_inventory(rp_uuid, {})
        if response.status_code == httpx.codes.OK:
            self._note_generation(rp_uuid, response)
        elif in_use := extract_inventory_in_use(response.text):
            LOG.warning(
                "We cannot delete inventory %s for resource provider %s because the "
                "inventory is in use.",
                in_use,
                rp_uuid,
            )
        else:
            _log_failure("delete the inventory of", rp_uuid, response)

    def _get_inventory_and_update_provider_generation(
        self, rp_uuid: str
    ) -> dict[str, Any]:
        response = self._send("GET", INVENTORIES, cn_uuid=rp_uuid)
        if not response.is_success:
            return {"inventories": {}}
        current: dict[str, Any] = response.json()
        self._note_generation(rp_uuid, response)
        return current

    def _put_inventory(self, rp_uuid: str, inv_data: dict[str, Any]) -> Response:
        payload = {
            "resource_provider_generation": self._resource_providers[
                rp_uuid
            ].generation,
            "inventories": inv_data,
        }
        return self._send("PUT", INVENTORIES, payload, cn_uuid=rp_uuid)

    def _note_generation(self, rp_uuid: str, response: Response) -> None:
        generation = response.json().get("resource_provider_generation")
        if generation:
            self._resource_providers[rp_uuid].generation = generation


def _log_failure(verb: str, uuid: str, response: Response) -> None:
    LOG.error(
        "Failed to %s resource provider record in placement API for UUID %s. "
        "Got %d: %s.",
        verb,
        uuid,
        response.status_code,
        response.text,
    )
