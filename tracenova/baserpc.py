"""What every RPC server answers, whatever it serves: a ping.

Nova: nova/baserpc.py. Left out: get_backdoor_port (a back door is an eventlet thing).
"""

from typing import Any

import oslo_messaging as messaging
from oslo_serialization import jsonutils

from tracenova import rpc
from tracenova.conf import CONF
from tracenova.context import RequestContext

_NAMESPACE = "baseapi"


class BaseAPI:
    """Client of any service's base interface.

    Nova: nova/baserpc.py BaseAPI
    """

    def __init__(self, topic: str) -> None:
        target = messaging.Target(topic=topic, namespace=_NAMESPACE, version="1.0")
        version_cap = CONF.upgrade_levels.baseapi
        self.client = rpc.get_client(target, version_cap=version_cap)

    def ping(
        self, context: RequestContext, arg: Any, timeout: float | None = None
    ) -> Any:
        """Return ``{"service": …, "arg": …}`` from any server of the topic.

        Raises:
            MessagingTimeout: nobody answered in time.
        """
        cctxt = self.client.prepare(timeout=timeout)
        return cctxt.call(context, "ping", arg=jsonutils.to_primitive(arg))


class BaseRPCAPI:
    """The base interface itself: an endpoint of every server.

    Nova: nova/baserpc.py BaseRPCAPI
    """

    target = messaging.Target(namespace=_NAMESPACE, version="1.1")

    def __init__(self, service_name: str) -> None:
        self.service_name = service_name

    def ping(self, context: RequestContext, arg: Any) -> Any:
        """Say who answers, and what was asked."""
        return jsonutils.to_primitive({"service": self.service_name, "arg": arg})
