"""How agents in processes of their own report to neutron-server: by RPC.

Neutron: neutron/plugins/ml2/rpc.py RpcCallbacks, neutron/agent/rpc.py PluginApi
"""

from typing import Any, Final

import oslo_messaging as messaging

from tracenova import rpc
from tracenova.context import RequestContext, get_admin_context
from tracenova.neighbours.neutron.agent import Plugin

TOPIC: Final = "q-plugin"
VERSION: Final = "1.0"


class PluginCallbacks:
    """What agents may tell neutron-server."""

    target = messaging.Target(version=VERSION)

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    def update_device_up(
        self, context: RequestContext, device: str, agent_id: str, host: str
    ) -> None:
        """A port was wired."""
        self._plugin.update_device(device, is_up=True)

    def update_device_down(
        self, context: RequestContext, device: str, agent_id: str, host: str
    ) -> None:
        """A port could not be wired."""
        self._plugin.update_device(device, is_up=False)


class PluginApi:
    """neutron-server as an agent sees it.

    Args:
        host: the agent's.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._client = rpc.get_client(messaging.Target(topic=TOPIC, version=VERSION))

    def update_device(self, port_id: str, *, is_up: bool) -> None:
        """Report that a port was wired, or could not be."""
        method = "update_device_up" if is_up else "update_device_down"
        told = {"device": port_id, "agent_id": f"ovs-agent-{self._host}"}
        self._client.prepare().call(
            get_admin_context(), method, **told, host=self._host
        )


def server(plugin: Plugin, host: str) -> Any:
    """Return neutron-server's RPC server, not started, for the acting service."""
    target = messaging.Target(topic=TOPIC, server=host)
    return rpc.get_server(target, [PluginCallbacks(plugin)])
