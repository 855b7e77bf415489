"""How the other services ask something of the conductor.

Nova: nova/conductor/api.py
Left out: resize, live migration and unshelve.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import oslo_messaging as messaging

from tracenova import baserpc, utils
from tracenova.conductor import manager, rpcapi
from tracenova.conf import CONF
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class LocalAPI:
    """The conductor's database work, done in the caller's own process.

    Nova: nova/conductor/api.py LocalAPI
    """

    def __init__(self) -> None:
        self._manager: Any = manager.ConductorManager()

    def wait_until_ready(
        self, context: RequestContext, early_timeout: int = 10, early_attempts: int = 10
    ) -> None:
        """Return at once: there is nobody to wait for."""

    def object_backport_versions(
        self, context: RequestContext, objinst: Any, object_versions: Mapping[str, str]
    ) -> Any:
        """Return the object as a primitive in versions that the asker understands."""
        return self._manager.object_backport_versions(context, objinst, object_versions)


class API(LocalAPI):
    """The conductor over RPC.

    Nova: nova/conductor/api.py API
    """

    def __init__(self) -> None:
        self._manager = rpcapi.ConductorAPI()
        self.base_rpcapi = baserpc.BaseAPI(topic=CONF.conductor.topic)

    def wait_until_ready(
        self, context: RequestContext, early_timeout: int = 10, early_attempts: int = 10
    ) -> None:
        """Ping until a conductor answers; a service starts only after that.

        Args:
            context: an administrator's.
            early_timeout: seconds to wait for each of the first answers.
            early_attempts: how many first pings; later ones wait rpc_response_timeout.
        """
        attempt = 0
        while True:
            timeout = early_timeout if attempt < early_attempts else None
            attempt += 1
            try:
                self.base_rpcapi.ping(context, "1.21 GigaWatts", timeout=timeout)
            except messaging.MessagingTimeout:
                LOG.warning(
                    "Timed out waiting for nova-conductor. Is it running? Or did this "
                    "service start before nova-conductor? Trying again."
                )
            else:
                break
        if attempt > 1:
            LOG.info("nova-conductor connection established successfully")


class LocalComputeTaskAPI:
    """Builds conducted by a thread of the caller's own process.

    Nova: nova/conductor/api.py LocalComputeTaskAPI
    """

    def __init__(self) -> None:
        self._manager = manager.ComputeTaskManager()

    def build_instances(
        self,
        context: RequestContext,
        instances: Sequence[Any],
        image: Mapping[str, Any],
        filter_properties: Mapping[str, Any],
        admin_password: str | None,
        injected_files: Sequence[Any] | None,
        requested_networks: Any,
        security_groups: Sequence[str],
        block_device_mapping: Any,
        legacy_bdm: bool = True,
    ) -> None:
        """Start building in a thread; the caller does not wait."""
        utils.spawn_n(
            self._manager.build_instances,
            context,
            instances=instances,
            image=image,
            filter_properties=filter_properties,
            admin_password=admin_password,
            injected_files=injected_files,
            requested_networks=requested_networks,
            security_groups=security_groups,
            block_device_mapping=block_device_mapping,
            legacy_bdm=legacy_bdm,
        )


class ComputeTaskAPI:
    """Builds handed to a conductor over RPC.

    Args:
        version_cap: ours, for lessons on rolling upgrades: see ``rpcapi``.

    Nova: nova/conductor/api.py ComputeTaskAPI
    """

    def __init__(self, version_cap: str | None = None) -> None:
        self.conductor_compute_rpcapi = rpcapi.ComputeTaskAPI(version_cap=version_cap)

    def build_instances(
        self,
        context: RequestContext,
        instances: Sequence[Any],
        image: Mapping[str, Any],
        filter_properties: Mapping[str, Any],
        admin_password: str | None,
        injected_files: Sequence[Any] | None,
        requested_networks: Any,
        security_groups: Sequence[str],
        block_device_mapping: Any,
        legacy_bdm: bool = True,
    ) -> None:
        """Send the build away; whatever happens to it, this call has succeeded."""
        self.conductor_compute_rpcapi.build_instances(
            context,
            instances=instances,
            image=image,
            filter_properties=filter_properties,
            admin_password=admin_password,
            injected_files=injected_files,
            requested_networks=requested_networks,
            security_groups=security_groups,
            block_device_mapping=block_device_mapping,
            legacy_bdm=legacy_bdm,
        )

    def rebuild_instance(self, context: RequestContext, **arguments: Any) -> None:
        """Send the rebuild away; whatever happens to it, this call has succeeded."""
        self.conductor_compute_rpcapi.rebuild_instance(context, **arguments)
