"""What every method of the compute manager that touches an instance is wrapped in.

Nova: nova/compute/manager.py reverts_task_state, wrap_instance_fault
"""

import functools
import logging
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from tracenova import exception, exception_wrapper, safe_utils
from tracenova.compute import utils as compute_utils
from tracenova.context import RequestContext

LOG = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])

wrap_exception = exception_wrapper.wrap_compute_exception
wrap_instance_event = compute_utils.wrap_instance_event


def reverts_task_state(function: F) -> F:
    """Clear the instance's task state when the decorated method fails.

    Not when another task has taken over meanwhile (UnexpectedTaskStateError): the
    task state is that task's then.

    Nova: nova/compute/manager.py reverts_task_state
    """

    @functools.wraps(function)
    def decorated(self: Any, context: RequestContext, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(self, context, *args, **kwargs)
        except exception.UnexpectedTaskStateError as error:
            LOG.info("Task possibly preempted: %s", error.format_message())
            raise
        except Exception:
            call = safe_utils.bound_arguments(function, self, context, *args, **kwargs)
            _revert(self, context, call["instance"])
            raise

    return decorated  # type: ignore[return-value]  # wraps keeps the signature


def wrap_instance_fault(function: F) -> F:
    """Write a fault row with what the decorated method raises.

    Nova: nova/compute/manager.py wrap_instance_fault
    """

    @functools.wraps(function)
    def decorated(self: Any, context: RequestContext, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(self, context, *args, **kwargs)
        except exception.InstanceNotFound:
            raise
        except Exception as error:
            call = safe_utils.bound_arguments(function, self, context, *args, **kwargs)
            compute_utils.add_instance_fault_from_exc(
                context, call["instance"], error, sys.exc_info()
            )
            raise

    return decorated  # type: ignore[return-value]  # wraps keeps the signature


def _revert(manager: Any, context: RequestContext, instance: Any) -> None:
    before = instance.task_state
    try:
        manager._instance_update(context, instance, task_state=None)
        LOG.info("[instance: %s] Reverted task state from %s", instance.uuid, before)
    except exception.InstanceNotFound:
        LOG.debug(
            "[instance: %s] Gone before its task state was reverted", instance.uuid
        )
    except Exception as error:  # noqa: BLE001 - the method's own error matters more
        LOG.warning(
            "[instance: %s] Failed to revert task state: %s", instance.uuid, error
        )
