"""Which message bus leads to a host or a server: that of its cell.

Nova: nova/rpc.py ClientWrapper, ClientRouter
"""

import logging
import time
from typing import Any

import oslo_messaging as messaging

from tracenova import exception
from tracenova.context import RequestContext
from tracenova.messaging.tracing import TracedClient

LOG = logging.getLogger(__name__)

_STALE_AFTER_S = 60


class ClientWrapper:
    """A client, and when it was last asked for.

    Nova: nova/rpc.py ClientWrapper
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.last_access_time = time.monotonic()

    @property
    def client(self) -> Any:
        """The client; asking for it keeps it from going stale."""
        self.last_access_time = time.monotonic()
        return self._client


class ClientRouter:
    """Creates and keeps RPC clients that lead to cells, or to the default bus.

    Nova: nova/rpc.py ClientRouter. Nova forgets stale clients in a periodic task that
    nothing runs after the first time; here each look-up does.
    """

    def __init__(self, default_client: Any) -> None:
        self.clients = {"default": ClientWrapper(default_client)}
        self.target = default_client.target
        self.version_cap = default_client.version_cap
        self.serializer = default_client.serializer

    def by_instance(self, context: RequestContext, instance: Any) -> Any:
        """Return the client for the cell that the instance is in."""
        from tracenova import objects

        try:
            mapping = objects.InstanceMapping.get_by_instance_uuid(
                context, instance.uuid
            )
        except exception.InstanceMappingNotFound:
            return self._client(context)
        return self._client(context, mapping.cell_mapping)

    def by_host(self, context: RequestContext, host: str) -> Any:
        """Return the client for the cell that the host is in."""
        from tracenova import objects

        try:
            mapping: Any = objects.HostMapping.get_by_host(context, host)
        except exception.HostMappingNotFound:
            return self._client(context)
        return self._client(context, mapping.cell_mapping)

    def _client(self, context: RequestContext, cell_mapping: Any = None) -> Any:
        from tracenova import rpc

        self._remove_stale_clients(context)
        client_id = "default" if cell_mapping is None else cell_mapping.uuid
        wrapper = self.clients.get(client_id)
        if wrapper is None:
            client = messaging.get_rpc_client(
                rpc.create_transport(cell_mapping.transport_url),
                self.target,
                client_cls=TracedClient,
                version_cap=self.version_cap,
                serializer=self.serializer,
            )
            wrapper = self.clients[client_id] = ClientWrapper(client)
        return wrapper.client

    def _remove_stale_clients(self, context: RequestContext) -> None:
        oldest = time.monotonic() - _STALE_AFTER_S
        for client_id, wrapper in list(self.clients.items()):
            if client_id != "default" and wrapper.last_access_time < oldest:
                LOG.debug("Removing stale RPC client %s", client_id)
                self.clients.pop(client_id, None)
