"""What all parts of the compute manager share: its neighbours and small helpers.

Nova: nova/compute/manager.py ComputeManager, its helper methods
"""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tracenova import exception, manager, objects
from tracenova.compute import power_state, resource_tracker, vm_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.events import InstanceEvents
from tracenova.context import RequestContext
from tracenova.virt import driver as virt_driver

LOG = logging.getLogger(__name__)


class ComputeManagerBase(manager.Manager):
    """The compute manager's state, and what its parts do with an instance.

    Attributes:
        host: the host this compute speaks for.
        driver: the hypervisor.
        network_api: neutron's client.
        volume_api: cinder's client.
        compute_api: nova-api's library, to stop a server as its user would.
        compute_task_api: the conductor, for rescheduling.
        scheduler_client: tells the schedulers and placement about this host.
        instance_events: who waits for which event from outside.
        send_instance_updates: whether the schedulers want to hear of instances.

    Nova: nova/compute/manager.py ComputeManager
    """

    host: str
    notifier: Any
    driver: virt_driver.ComputeDriver
    network_api: Any
    volume_api: Any
    compute_api: Any
    compute_task_api: Any
    scheduler_client: Any
    instance_events: InstanceEvents
    send_instance_updates: bool
    _resource_tracker_dict: dict[str, resource_tracker.ResourceTracker]

    def _get_resource_tracker(self, nodename: str) -> resource_tracker.ResourceTracker:
        """Return the node's tracker, made on first use.

        Raises:
            NovaException: the driver does not manage such a node.
        """
        tracker = self._resource_tracker_dict.get(nodename)
        if tracker is None:
            if not self.driver.node_is_available(nodename):
                raise exception.NovaException(
                    f"{nodename} is not a valid node managed by this compute host."
                )
            tracker = resource_tracker.ResourceTracker(self.host, self.driver, nodename)
            self._resource_tracker_dict[nodename] = tracker
        return tracker

    def _update_resource_tracker(self, context: RequestContext, instance: Any) -> None:
        """Let the tracker know that an instance of this host has changed state."""
        if instance.host == self.host and self.driver.node_is_available(instance.node):
            self._get_resource_tracker(instance.node).update_usage(context, instance)

    def _instance_update(
        self, context: RequestContext, instance: Any, **updates: Any
    ) -> None:
        for name, value in updates.items():
            setattr(instance, name, value)
        instance.save()
        self._update_resource_tracker(context, instance)

    def _nil_out_instance_obj_host_and_node(self, instance: Any) -> None:
        """Note that the instance is of no host; whoever calls saves it."""
        instance.host = None
        instance.node = None

    def _set_instance_obj_error_state(
        self, context: RequestContext, instance: Any, clean_task_state: bool = False
    ) -> None:
        instance.vm_state = vm_states.ERROR
        if clean_task_state:
            instance.task_state = None
        try:
            instance.save()
        except exception.InstanceNotFound:
            LOG.debug("[instance: %s] Gone before it was set to ERROR", instance.uuid)

    def _note_fault(
        self, context: RequestContext, instance: Any, error: Exception
    ) -> None:
        """Say why the instance is in ERROR where Nova 14.1.0 leaves that to its log."""
        compute_utils.add_instance_fault_from_exc(
            context, instance, error, sys.exc_info()
        )

    @contextmanager
    def _error_out_instance_on_exception(
        self,
        context: RequestContext,
        instance: Any,
        instance_state: str = vm_states.ACTIVE,
    ) -> Iterator[None]:
        """Set the server to ERROR when the block fails; back, if it could not be tried.

        Nova: nova/compute/manager.py ComputeManager._error_out_instance_on_exception;
        quotas are left out, they are of resizes
        """
        try:
            yield
        except NotImplementedError as error:
            LOG.info(
                "[instance: %s] Back to %s: %s", instance.uuid, instance_state, error
            )
            self._instance_update(
                context, instance, vm_state=instance_state, task_state=None
            )
            raise
        except Exception:
            LOG.exception("[instance: %s] Setting vm_state to ERROR", instance.uuid)
            self._set_instance_obj_error_state(context, instance)
            raise

    def _get_power_state(self, context: RequestContext, instance: Any) -> int:
        """Ask the hypervisor whether the guest runs; unknown guest: NOSTATE."""
        try:
            state = self.driver.get_info(instance).state
        except exception.InstanceNotFound:
            return power_state.NOSTATE
        return power_state.NOSTATE if state is None else state

    def _notify_about_instance_usage(
        self,
        context: RequestContext,
        instance: Any,
        event_suffix: str,
        network_info: Iterable[Any] | None = None,
        system_metadata: Mapping[str, str] | None = None,
        extra_usage_info: Mapping[str, Any] | None = None,
        fault: BaseException | None = None,
    ) -> None:
        compute_utils.notify_about_instance_usage(
            self.notifier,
            context,
            instance,
            event_suffix,
            network_info=network_info,
            system_metadata=system_metadata,
            extra_usage_info=extra_usage_info,
            fault=fault,
        )

    def _update_scheduler_instance_info(
        self, context: RequestContext, instance: Any
    ) -> None:
        """Tell every scheduler which instance (or instances) this host has now."""
        if not self.send_instance_updates:
            return
        if isinstance(instance, objects.Instance):
            instance = objects.InstanceList(objects=[instance])
        self.scheduler_client.update_instance_info(
            context.elevated(), self.host, instance
        )

    def _delete_scheduler_instance_info(
        self, context: RequestContext, instance_uuid: str
    ) -> None:
        """Tell every scheduler that the instance is gone."""
        if self.send_instance_updates:
            self.scheduler_client.delete_instance_info(
                context.elevated(), self.host, instance_uuid
            )
