"""Conducting a rebuild: ask the scheduler if the image is another, tell the compute.

Nova: nova/conductor/manager.py ComputeTaskManager.rebuild_instance. Left out: evacuation
and its migrations, servers from before there were request specs.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tracenova import exception
from tracenova.compute import utils as compute_utils
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class Rebuild:
    """The part of the conductor that sees rebuilds through.

    Nova: nova/conductor/manager.py ComputeTaskManager
    """

    compute_rpcapi: Any
    notifier: Any
    _schedule_instances: Callable[..., list[dict[str, Any]]]
    _set_vm_state_and_notify: Callable[..., None]

    def rebuild_instance(
        self,
        context: RequestContext,
        instance: Any,
        orig_image_ref: str | None,
        image_ref: str,
        injected_files: Sequence[Any],
        new_pass: str | None,
        orig_sys_metadata: Mapping[str, Any],
        bdms: Any,
        recreate: bool,
        on_shared_storage: bool,
        preserve_ephemeral: bool = False,
        host: str | None = None,
        request_spec: Any = None,
    ) -> None:
        """Send the server to its host to be made anew.

        Without a host the image is another one: the scheduler says whether the host
        may have it. If not, the server stays as it is, with a fault.

        Raises:
            NoValidHost: the host may not have the image.
        """
        with compute_utils.EventReporter(context, "rebuild_server", instance.uuid):
            node = limits = None
            if not host:
                host, node, limits = self._ask_scheduler(
                    context, instance, request_spec
                )
            compute_utils.notify_about_instance_usage(
                self.notifier, context, instance, "rebuild.scheduled"
            )
            self.compute_rpcapi.rebuild_instance(
                context,
                instance=instance,
                new_pass=new_pass,
                injected_files=injected_files,
                image_ref=image_ref,
                orig_image_ref=orig_image_ref,
                orig_sys_metadata=orig_sys_metadata,
                bdms=bdms,
                recreate=recreate,
                on_shared_storage=on_shared_storage,
                preserve_ephemeral=preserve_ephemeral,
                host=host,
                node=node,
                limits=limits,
            )

    def _ask_scheduler(
        self, context: RequestContext, instance: Any, request_spec: Any
    ) -> tuple[str, str, Any]:
        filter_properties = request_spec.to_legacy_filter_properties_dict()
        spec = request_spec.to_legacy_request_spec_dict()
        try:
            (found, *_) = self._schedule_instances(context, spec, filter_properties)
        except (exception.NoValidHost, exception.UnsupportedPolicyException) as error:
            unchanged = {"vm_state": instance.vm_state, "task_state": None}
            self._set_vm_state_and_notify(
                context, instance.uuid, "rebuild_server", unchanged, error, spec
            )
            LOG.warning("No valid host found for rebuild of %s", instance.uuid)
            raise
        return found["host"], found["nodename"], found["limits"]
