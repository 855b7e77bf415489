"""What must hold before an action on a server is even begun.

Nova: nova/compute/api.py [check_instance_state, check_instance_host, check_instance_lock]
Left out: ``check_instance_cell`` of cells v1.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tracenova import exception
from tracenova.context import RequestContext

F = TypeVar("F", bound=Callable[..., Any])


def check_instance_state(
    vm_state: Iterable[str] | None = None,
    task_state: Iterable[str | None] | None = (None,),
    must_have_launched: bool = True,
) -> Callable[[F], F]:
    """Allow the action only in these states.

    Args:
        vm_state: allowed vm states; None: any.
        task_state: allowed task states; None: any.
        must_have_launched: the guest must have run once.

    Raises:
        InstanceInvalidState: the server is in another state.

    Nova: nova/compute/api.py check_instance_state
    """
    vm_states = None if vm_state is None else set(vm_state)
    task_states = None if task_state is None else set(task_state)

    def outer(f: F) -> F:
        @functools.wraps(f)
        def inner(
            self: Any,
            context: RequestContext,
            instance: Any,
            *args: Any,
            **kw: Any,
        ) -> Any:
            method = f.__name__
            if vm_states is not None and instance.vm_state not in vm_states:
                raise _invalid(instance, "vm_state", method)
            if task_states is not None and instance.task_state not in task_states:
                raise _invalid(instance, "task_state", method)
            if must_have_launched and not instance.launched_at:
                raise _invalid(instance, "launched_at", method)
            return f(self, context, instance, *args, **kw)

        return inner  # type: ignore[return-value]  # wraps keeps the signature

    return outer


def _invalid(instance: Any, attr: str, method: str) -> exception.InstanceInvalidState:
    return exception.InstanceInvalidState(
        attr=attr,
        instance_uuid=instance.uuid,
        state=getattr(instance, attr),
        method=method,
    )


def check_instance_host(function: F) -> F:
    """Allow the action only on a server that has a host.

    Raises:
        InstanceNotReady: it has none yet.

    Nova: nova/compute/api.py check_instance_host
    """

    @functools.wraps(function)
    def wrapped(
        self: Any, context: RequestContext, instance: Any, *args: Any, **kw: Any
    ) -> Any:
        if not instance.host:
            raise exception.InstanceNotReady(instance_id=instance.uuid)
        return function(self, context, instance, *args, **kw)

    return wrapped  # type: ignore[return-value]  # wraps keeps the signature


def check_instance_lock(function: F) -> F:
    """Allow the action on a locked server to administrators only.

    Raises:
        InstanceIsLocked: its owner has locked it.

    Nova: nova/compute/api.py check_instance_lock
    """

    @functools.wraps(function)
    def inner(
        self: Any, context: RequestContext, instance: Any, *args: Any, **kw: Any
    ) -> Any:
        if instance.locked and not context.is_admin:
            raise exception.InstanceIsLocked(instance_uuid=instance.uuid)
        return function(self, context, instance, *args, **kw)

    return inner  # type: ignore[return-value]  # wraps keeps the signature
