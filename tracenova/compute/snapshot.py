"""Upload a guest's disk as an image.

Nova: nova/compute/manager.py snapshot_instance. Left out: backups, and the periodic
removal of old ones.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from oslo_utils import excutils

from tracenova import exception
from tracenova.compute import power_state, task_states
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_exception,
    wrap_instance_fault,
)
from tracenova.compute.manager_base import ComputeManagerBase
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])


def delete_image_on_error(function: F) -> F:
    """Delete the image that nova-api described, when it cannot be filled.

    Nova: nova/compute/manager.py delete_image_on_error
    """

    @functools.wraps(function)
    def decorated(
        self: Any, context: RequestContext, image_id: str, instance: Any, **kwargs: Any
    ) -> Any:
        try:
            return function(self, context, image_id, instance, **kwargs)
        except Exception:  # noqa: BLE001 - raised again
            with excutils.save_and_reraise_exception():
                LOG.debug("Cleaning up image %s", image_id)
                try:
                    self.image_api.delete(context, image_id)
                except exception.ImageNotFound:
                    LOG.debug("Image %s is gone already", image_id)
                except Exception:
                    LOG.exception("Error while trying to clean up image %s", image_id)

    return decorated  # type: ignore[return-value]  # wraps keeps the signature


class SnapshotMixin(ComputeManagerBase):
    """Makes images of guests.

    Nova: nova/compute/manager.py ComputeManager
    """

    image_api: Any

    @wrap_exception()
    @reverts_task_state
    @wrap_instance_fault
    @delete_image_on_error
    def snapshot_instance(
        self, context: RequestContext, image_id: str, instance: Any
    ) -> None:
        """Fill the image with the guest's disk, unless it is being deleted.

        Nova: nova/compute/manager.py ComputeManager.snapshot_instance
        """
        try:
            instance.task_state = task_states.IMAGE_SNAPSHOT
            instance.save(expected_task_state=task_states.IMAGE_SNAPSHOT_PENDING)
        except (
            exception.InstanceNotFound,
            exception.UnexpectedDeletingTaskStateError,
        ) as error:
            LOG.debug("[instance: %s] No snapshot: %s", instance.uuid, error)
            return
        self._snapshot_instance(context, image_id, instance, task_states.IMAGE_SNAPSHOT)

    def _snapshot_instance(
        self,
        context: RequestContext,
        image_id: str,
        instance: Any,
        expected_task_state: str,
    ) -> None:
        context = context.elevated()
        instance.power_state = self._get_power_state(context, instance)
        try:
            instance.save()
            LOG.info("[instance: %s] instance snapshotting", instance.uuid)
            if instance.power_state != power_state.RUNNING:
                LOG.warning(
                    "[instance: %s] snapshot of a guest in power state %s",
                    instance.uuid,
                    instance.power_state,
                )
            self._notify_about_instance_usage(context, instance, "snapshot.start")

            def update_task_state(
                task_state: str, expected_state: str = expected_task_state
            ) -> None:
                instance.task_state = task_state
                instance.save(expected_task_state=expected_state)

            self.driver.snapshot(context, instance, image_id, update_task_state)
            instance.task_state = None
            instance.save(expected_task_state=task_states.IMAGE_UPLOADING)
            self._notify_about_instance_usage(context, instance, "snapshot.end")
        except (
            exception.InstanceNotFound,
            exception.UnexpectedDeletingTaskStateError,
        ):
            LOG.debug("[instance: %s] Disappeared during snapshot", instance.uuid)
            self._delete_unfinished_image(context, image_id)
        except exception.ImageNotFound:
            instance.task_state = None
            instance.save()
            LOG.warning("[instance: %s] Image not found during snapshot", instance.uuid)

    def _delete_unfinished_image(self, context: RequestContext, image_id: str) -> None:
        try:
            if self.image_api.get(context, image_id)["status"] != "active":
                self.image_api.delete(context, image_id)
        except Exception as error:  # noqa: BLE001 - the server is gone, that is what counts
            LOG.warning("Error while trying to clean up image %s: %s", image_id, error)
