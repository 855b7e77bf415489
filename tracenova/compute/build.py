"""Build a server on this host: from the conductor's cast to ACTIVE.

Nova: nova/compute/manager.py build_and_run_instance, _do_build_and_run_instance
"""

import base64
import binascii
import logging
from collections.abc import Sequence
from typing import Any

from oslo_utils import timeutils

from tracenova import exception, hooks, profiler, utils
from tracenova.compute import build_errors, build_results, task_states, vm_states
from tracenova.compute.build_failed import BuildFailedMixin
from tracenova.compute.build_guest import BuildGuestMixin
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_event,
    wrap_instance_fault,
)
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)


class BuildMixin(BuildGuestMixin, BuildFailedMixin):
    """Receives builds, lets a few run at a time, and decides how each one ends.

    Nova: nova/compute/manager.py ComputeManager
    """

    _build_semaphore: Any

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_fault
    def build_and_run_instance(
        self,
        context: RequestContext,
        instance: Any,
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
        """Start the build in a thread of its own and let the RPC worker go.

        The build first takes the instance's lock, then a place among the concurrent
        builds: a waiting build already keeps a delete of its server waiting.

        Nova: nova/compute/manager.py ComputeManager.build_and_run_instance
        """

        @profiler.trace
        @utils.synchronized(instance.uuid)
        def _locked_do_build_and_run_instance(*args: Any, **kwargs: Any) -> None:
            with self._build_semaphore:
                self._do_build_and_run_instance(*args, **kwargs)

        utils.spawn_n(
            _locked_do_build_and_run_instance,
            context,
            instance,
            image,
            request_spec,
            filter_properties,
            admin_password,
            injected_files,
            requested_networks,
            security_groups,
            block_device_mapping,
            node,
            limits,
        )

    @hooks.add_hook("build_instance")
    @wrap_exception()
    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def _do_build_and_run_instance(
        self,
        context: RequestContext,
        instance: Any,
        image: Any,
        request_spec: Any,
        filter_properties: Any,
        admin_password: str | None,
        injected_files: Any,
        requested_networks: Any,
        security_groups: Any,
        block_device_mapping: Any,
        node: str | None = None,
        limits: Any = None,
    ) -> str:
        """Build, and turn every failure into a result: active, failed or rescheduled.

        Because failures are returned rather than raised, the action's event ends as
        ``Success`` even then.

        Nova: nova/compute/manager.py ComputeManager._do_build_and_run_instance
        """
        try:
            LOG.debug("[instance: %s] Starting instance...", instance.uuid)
            instance.vm_state = vm_states.BUILDING
            instance.task_state = None
            instance.save(expected_task_state=(task_states.SCHEDULING, None))
        except (
            exception.InstanceNotFound,
            exception.UnexpectedTaskStateError,
        ) as error:
            LOG.debug(
                "[instance: %s] Not to be built any more: %s", instance.uuid, error
            )
            return build_results.FAILED

        decoded_files = self._decode_files(injected_files)
        node = node or self.driver.get_available_nodes(refresh=True)[0]
        try:
            with timeutils.StopWatch() as timer:
                self._build_and_run_instance(
                    context,
                    instance,
                    image,
                    decoded_files,
                    admin_password,
                    requested_networks,
                    security_groups,
                    block_device_mapping,
                    node,
                    limits or {},
                    filter_properties,
                )
                LOG.info(
                    "[instance: %s] Took %0.2f seconds to build instance.",
                    instance.uuid,
                    timer.elapsed(),
                )
            return build_results.ACTIVE
        except exception.RescheduledException as error:
            if not filter_properties.get("retry"):
                self._fail_without_retry(context, instance, requested_networks, error)
                return build_results.FAILED
            self._reschedule_build(
                context,
                instance,
                image,
                filter_properties,
                admin_password,
                injected_files,
                requested_networks,
                security_groups,
                block_device_mapping,
                error,
            )
            return build_results.RESCHEDULED
        except build_errors.GONE:
            LOG.debug("[instance: %s] Disappeared during build.", instance.uuid)
            self._cleanup_allocated_networks(context, instance, requested_networks)
            return build_results.FAILED
        except Exception as error:
            # an abort; anything else is not expected to get here, and ends alike
            LOG.exception(
                "[instance: %s] Build failed, not rescheduling", instance.uuid
            )
            self._abort_build(
                context, instance, requested_networks, block_device_mapping, error
            )
            return build_results.FAILED

    def _decode_files(
        self, injected_files: Sequence[tuple[str, str]] | None
    ) -> list[tuple[str, bytes]]:
        """Return path and content of the files to put into the guest.

        Raises:
            Base64Exception: a content is not base64.

        Nova: nova/compute/manager.py ComputeManager._decode_files
        """
        return [
            (path, _decoded(path, content)) for path, content in injected_files or ()
        ]


def _decoded(path: str, content: str) -> bytes:
    try:
        return base64.b64decode(content)
    except (TypeError, binascii.Error) as error:
        raise exception.Base64Exception(path=path) from error
