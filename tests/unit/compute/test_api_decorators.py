"""Which states allow which action."""

from dataclasses import dataclass
from typing import Any

import pytest

from tracenova import context, exception
from tracenova.compute import api_decorators


@dataclass
class FakeInstance:
    """As much of an instance as the decorators read."""

    uuid: str = "u-1"
    vm_state: str = "active"
    task_state: str | None = None
    launched_at: str | None = "today"
    host: str | None = "h"
    locked: bool = False


class FakeApi:
    """An API with one guarded action."""

    @api_decorators.check_instance_lock
    @api_decorators.check_instance_host
    @api_decorators.check_instance_state(vm_state=["active"])
    def act(self, context: Any, instance: Any) -> str:
        """Say that it was allowed."""
        return "done"


def make_context(is_admin: bool = False) -> context.RequestContext:
    """A user's or an administrator's context."""
    return context.RequestContext("u", "p", is_admin=is_admin)


@pytest.mark.parametrize(
    ("instance", "error", "text"),
    [
        (FakeInstance(locked=True, host=None), exception.InstanceIsLocked, "is locked"),
        (
            FakeInstance(host=None, vm_state="error"),
            exception.InstanceNotReady,
            "not ready",
        ),
        (
            FakeInstance(vm_state="error", task_state="spawning"),
            exception.InstanceInvalidState,
            "in vm_state error. Cannot act",
        ),
        (
            FakeInstance(task_state="spawning", launched_at=None),
            exception.InstanceInvalidState,
            "in task_state spawning",
        ),
        (
            FakeInstance(launched_at=None),
            exception.InstanceInvalidState,
            "in launched_at None",
        ),
    ],
)
def test_lock_then_host_then_vm_state_then_task_state_then_launch(
    instance: FakeInstance, error: type[Exception], text: str
) -> None:
    """Rule: of two reasons to refuse, the outer decorator's is told."""
    with pytest.raises(error, match=text):
        FakeApi().act(make_context(), instance)


def test_an_administrator_passes_a_lock() -> None:
    """Rule: a lock is for everybody but administrators."""
    assert (
        FakeApi().act(make_context(is_admin=True), FakeInstance(locked=True)) == "done"
    )
