"""How others speak to nova-scheduler: one call, and news by fanout.

Nova: nova/scheduler/rpcapi.py
Left out: the history of versions 1 to 3.
"""

from collections.abc import Sequence
from typing import Any

import oslo_messaging as messaging

from tracenova import profiler, rpc
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as objects_base

VERSION_ALIASES = {
    "grizzly": "2.6",
    "havana": "2.9",
    "icehouse": "3.0",
    "juno": "3.0",
    "kilo": "4.2",
    "liberty": "4.2",
    "mitaka": "4.3",
}


@profiler.trace_cls("rpc")
class SchedulerAPI:
    """Client side of the scheduler's RPC API.

    4.0 is the base; 4.1 aggregates, 4.2 instance information, 4.3 a RequestSpec object
    instead of two dictionaries. ``[upgrade_levels]scheduler`` caps what may be sent.

    Nova: nova/scheduler/rpcapi.py SchedulerAPI
    """

    VERSION_ALIASES = VERSION_ALIASES

    def __init__(self) -> None:
        target = messaging.Target(topic=CONF.scheduler_topic, version="4.0")
        level = CONF.upgrade_levels.scheduler
        self.client = rpc.get_client(
            target,
            version_cap=self.VERSION_ALIASES.get(level, level),
            serializer=objects_base.NovaObjectSerializer(),
        )

    def select_destinations(
        self, ctxt: RequestContext, spec_obj: Any
    ) -> list[dict[str, Any]]:
        """Ask for one host per instance; the caller waits for the answer.

        Returns:
            One ``{host, nodename, limits}`` per instance, in the order of the request.

        Raises:
            NoValidHost: fewer hosts than instances.
            MessagingTimeout: no answer; the scheduler may still be choosing.
        """
        version = "4.3"
        msg_args: dict[str, Any] = {"spec_obj": spec_obj}
        if not self.client.can_send_version(version):
            version = "4.0"
            msg_args = {
                "request_spec": spec_obj.to_legacy_request_spec_dict(),
                "filter_properties": spec_obj.to_legacy_filter_properties_dict(),
            }
        cctxt = self.client.prepare(version=version)
        return cctxt.call(ctxt, "select_destinations", **msg_args)

    def update_aggregates(
        self, ctxt: RequestContext, aggregates: Sequence[Any]
    ) -> None:
        """Tell every scheduler that aggregates changed."""
        cctxt = self.client.prepare(fanout=True, version="4.1")
        cctxt.cast(ctxt, "update_aggregates", aggregates=aggregates)

    def delete_aggregate(self, ctxt: RequestContext, aggregate: Any) -> None:
        """Tell every scheduler that an aggregate is gone."""
        cctxt = self.client.prepare(fanout=True, version="4.1")
        cctxt.cast(ctxt, "delete_aggregate", aggregate=aggregate)

    def update_instance_info(
        self, ctxt: RequestContext, host_name: str, instance_info: Any
    ) -> None:
        """Tell every scheduler what runs on the host now: one instance, or all."""
        cctxt = self.client.prepare(version="4.2", fanout=True)
        cctxt.cast(
            ctxt,
            "update_instance_info",
            host_name=host_name,
            instance_info=instance_info,
        )

    def delete_instance_info(
        self, ctxt: RequestContext, host_name: str, instance_uuid: str
    ) -> None:
        """Tell every scheduler that the instance has left the host."""
        cctxt = self.client.prepare(version="4.2", fanout=True)
        cctxt.cast(
            ctxt,
            "delete_instance_info",
            host_name=host_name,
            instance_uuid=instance_uuid,
        )

    def sync_instance_info(
        self, ctxt: RequestContext, host_name: str, instance_uuids: Sequence[str]
    ) -> None:
        """Tell every scheduler which instances the host has, so that it may compare."""
        cctxt = self.client.prepare(version="4.2", fanout=True)
        cctxt.cast(
            ctxt,
            "sync_instance_info",
            host_name=host_name,
            instance_uuids=instance_uuids,
        )
