"""Messages to nova-compute.

Nova: nova/compute/rpcapi.py; only the methods that this project's compute answers. What
changes servers that exist stands in rpcapi_changes.py.
"""

import logging
from collections.abc import Sequence
from typing import Any

import oslo_messaging as messaging

from tracenova import context as nova_context
from tracenova import exception, objects, profiler, rpc
from tracenova.compute.rpcapi_changes import ChangeMessages
from tracenova.conf import CONF
from tracenova.context import RequestContext
from tracenova.objects import base as objects_base
from tracenova.objects import service as service_obj

LOG = logging.getLogger(__name__)

# the compute RPC version of each service version, from 0 to the 15 of this release;
# Nova: nova/objects/service.py SERVICE_VERSION_HISTORY
COMPUTE_RPC_HISTORY = (
    *("4.0", "4.4", "4.5", "4.6", "4.6", "4.7", "4.8", "4.9"),
    *("4.10", "4.11", "4.11", "4.12", "4.12", "4.13", "4.13", "4.13"),
)


def _compute_host(host: str | None, instance: Any) -> str:
    """Return the host to send to: the given one, or the instance's.

    Raises:
        NovaException: neither is known.

    Nova: nova/compute/rpcapi.py _compute_host
    """
    if host:
        return host
    if not instance:
        raise exception.NovaException("No compute host specified")
    if not instance.host:
        raise exception.NovaException(
            f"Unable to find host for Instance {instance.uuid}"
        )
    return str(instance.host)


@profiler.trace_cls("rpc")
class ComputeAPI(ChangeMessages):
    """Client of the computes' RPC interface, which is at version 4.13.

    The messages of a boot are all of version 4.0: nothing in them has changed since.

    Nova: nova/compute/rpcapi.py ComputeAPI
    """

    VERSION_ALIASES = {
        "icehouse": "3.23",
        "juno": "3.35",
        "kilo": "4.0",
        "liberty": "4.5",
        "mitaka": "4.11",
    }

    def __init__(self) -> None:
        target = messaging.Target(topic=CONF.compute_topic, version="4.0")
        upgrade_level = CONF.upgrade_levels.compute
        if upgrade_level == "auto":
            version_cap = self._determine_version_cap()
        else:
            version_cap = self.VERSION_ALIASES.get(upgrade_level, upgrade_level)
        serializer = objects_base.NovaObjectSerializer()
        self.router = rpc.ClientRouter(self.get_client(target, version_cap, serializer))

    def _determine_version_cap(self) -> str:
        """Return the newest version that the oldest running compute understands.

        Raises:
            ServiceTooOld: a compute is newer than this code knows of.

        Nova: nova/compute/rpcapi.py ComputeAPI._determine_version_cap; Nova keeps the
        answer for the process, here each client asks once.
        """
        minimum = objects.Service.get_minimum_version(
            nova_context.get_admin_context(), "nova-compute"
        )
        if minimum == 0:
            LOG.debug("No nova-compute service yet, assuming Mitaka's version")
            return self.VERSION_ALIASES["mitaka"]
        if minimum >= len(COMPUTE_RPC_HISTORY):
            raise exception.ServiceTooOld(
                thisver=service_obj.SERVICE_VERSION, minver=minimum
            )
        version_cap = COMPUTE_RPC_HISTORY[minimum]
        LOG.info(
            "Compute RPC version %s, from service version %d", version_cap, minimum
        )
        return version_cap

    def get_client(self, target: Any, version_cap: str | None, serializer: Any) -> Any:
        """Return the client for the default message bus."""
        return rpc.get_client(target, version_cap=version_cap, serializer=serializer)

    def build_and_run_instance(
        self,
        ctxt: RequestContext,
        instance: Any,
        host: str,
        image: Any,
        request_spec: Any,
        filter_properties: Any,
        admin_password: str | None = None,
        injected_files: Any = None,
        requested_networks: Any = None,
        security_groups: Any = None,
        block_device_mapping: Any = None,
        node: str | None = None,
        limits: Any = None,
    ) -> None:
        """Tell the chosen host to build the server.

        Nova: nova/compute/rpcapi.py ComputeAPI.build_and_run_instance
        """
        cctxt = self.router.by_host(ctxt, host).prepare(server=host, version="4.0")
        cctxt.cast(
            ctxt,
            "build_and_run_instance",
            instance=instance,
            image=image,
            request_spec=request_spec,
            filter_properties=filter_properties,
            admin_password=admin_password,
            injected_files=injected_files,
            requested_networks=requested_networks,
            security_groups=security_groups,
            block_device_mapping=block_device_mapping,
            node=node,
            limits=limits,
        )

    def terminate_instance(
        self,
        ctxt: RequestContext,
        instance: Any,
        bdms: Any,
        reservations: Any = None,
        delete_type: str | None = None,
    ) -> None:
        """Tell the server's host to delete it.

        Nova: nova/compute/rpcapi.py ComputeAPI.terminate_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt,
            "terminate_instance",
            instance=instance,
            bdms=bdms,
            reservations=reservations,
        )

    def external_instance_event(
        self,
        ctxt: RequestContext,
        instances: Sequence[Any],
        events: Sequence[Any],
        host: str | None = None,
    ) -> None:
        """Pass on to a host what neutron or cinder told about its instances.

        Nova: nova/compute/rpcapi.py ComputeAPI.external_instance_event
        """
        self._to_host_of(ctxt, instances[0], host).cast(
            ctxt, "external_instance_event", instances=instances, events=events
        )

    def stop_instance(
        self,
        ctxt: RequestContext,
        instance: Any,
        do_cast: bool = True,
        clean_shutdown: bool = True,
    ) -> None:
        """Tell the server's host to switch it off; wait for it unless ``do_cast``.

        Nova: nova/compute/rpcapi.py ComputeAPI.stop_instance
        """
        cctxt = self._to_host_of(ctxt, instance)
        send = cctxt.cast if do_cast else cctxt.call
        send(ctxt, "stop_instance", instance=instance, clean_shutdown=clean_shutdown)

    def start_instance(self, ctxt: RequestContext, instance: Any) -> None:
        """Tell the server's host to switch it on.

        Nova: nova/compute/rpcapi.py ComputeAPI.start_instance
        """
        self._to_host_of(ctxt, instance).cast(ctxt, "start_instance", instance=instance)

    def reboot_instance(
        self,
        ctxt: RequestContext,
        instance: Any,
        block_device_info: Any,
        reboot_type: str,
    ) -> None:
        """Tell the server's host to restart it.

        Nova: nova/compute/rpcapi.py ComputeAPI.reboot_instance
        """
        self._to_host_of(ctxt, instance).cast(
            ctxt,
            "reboot_instance",
            instance=instance,
            block_device_info=block_device_info,
            reboot_type=reboot_type,
        )

    def get_console_output(
        self, ctxt: RequestContext, instance: Any, tail_length: int | str | None
    ) -> str:
        """Ask the server's host for the end of its console log.

        Nova: nova/compute/rpcapi.py ComputeAPI.get_console_output
        """
        return str(
            self._to_host_of(ctxt, instance).call(
                ctxt, "get_console_output", instance=instance, tail_length=tail_length
            )
        )

    def get_host_uptime(self, ctxt: RequestContext, host: str) -> str:
        """Ask a host what ``uptime`` says there.

        Nova: nova/compute/rpcapi.py ComputeAPI.get_host_uptime
        """
        cctxt = self.router.by_host(ctxt, host).prepare(server=host, version="4.0")
        return str(cctxt.call(ctxt, "get_host_uptime"))

    def _to_host_of(
        self,
        ctxt: RequestContext,
        instance: Any,
        host: str | None = None,
        version: str = "4.0",
    ) -> Any:
        """Return a client for messages of the version to the instance's host."""
        return self.router.by_instance(ctxt, instance).prepare(
            server=_compute_host(host, instance), version=version
        )
