"""What every method of the manager is wrapped in."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.compute import support
from tests.unit.compute.conftest import MakeInstance
from tracenova import exception, exception_wrapper, objects
from tracenova.compute import task_states
from tracenova.compute import utils as compute_utils
from tracenova.compute.decorators import (
    reverts_task_state,
    wrap_instance_event,
    wrap_instance_fault,
)
from tracenova.context import RequestContext


class Manager:
    """A manager whose one method fails as told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    @reverts_task_state
    @wrap_instance_event(prefix="compute")
    @wrap_instance_fault
    def act(self, context: RequestContext, instance: Any, new_pass: str = "x") -> str:
        """Fail or succeed."""
        if self.error:
            raise self.error
        return "done"

    def _instance_update(self, context: Any, instance: Any, **updates: Any) -> None:
        for name, value in updates.items():
            setattr(instance, name, value)
        instance.save()


def events_of(context: RequestContext, instance: Any) -> list[tuple[str, str]]:
    """Return name and result of each step of the instance's action."""
    (action,) = objects.InstanceActionList.get_by_instance_uuid(context, instance.uuid)
    events = objects.InstanceActionEventList.get_by_action(context, action.id)
    return [(event.event, event.result) for event in events]


def faults_of(context: RequestContext, instance: Any) -> list[str]:
    """Return the messages of the instance's faults."""
    found = objects.InstanceFaultList.get_by_instance_uuids(context, [instance.uuid])
    return [fault.message for fault in found]


def test_success_is_reported_as_a_step_of_the_action(
    context: RequestContext, make_instance: MakeInstance
) -> None:
    """The step is named after prefix and method; the task state is left alone."""
    instance = make_instance()
    assert Manager().act(context, instance) == "done"
    assert events_of(context, instance) == [("compute_act", "Success")]
    assert faults_of(context, instance) == []
    assert instance.task_state == task_states.SCHEDULING


def test_a_failure_leaves_a_fault_an_error_and_no_task(
    context: RequestContext, make_instance: MakeInstance
) -> None:
    """And the error passes on, to whoever called."""
    instance = make_instance()
    with pytest.raises(RuntimeError, match="broken"):
        Manager(RuntimeError("broken")).act(context, instance=instance)
    assert events_of(context, instance) == [("compute_act", "Error")]
    assert faults_of(context, instance) == ["broken"]
    row = objects.Instance.get_by_uuid(context, instance.uuid)
    assert row.task_state is None


def test_another_task_keeps_its_state(
    context: RequestContext, make_instance: MakeInstance
) -> None:
    """UnexpectedTaskStateError: somebody else works on the instance now."""
    instance = make_instance()
    with pytest.raises(exception.UnexpectedTaskStateError):
        Manager(exception.UnexpectedTaskStateError("taken")).act(context, instance)
    assert instance.task_state == task_states.SCHEDULING


def test_a_server_that_is_gone_gets_no_fault(
    context: RequestContext, make_instance: MakeInstance
) -> None:
    """There is no row to hang it on; the revert fails quietly too."""
    instance = make_instance()
    objects.Instance.get_by_uuid(context, instance.uuid).destroy()
    with pytest.raises(exception.InstanceNotFound):
        Manager(support.gone(instance.uuid)).act(context, instance)
    assert faults_of(context, instance) == []


def test_a_revert_that_fails_does_not_hide_the_error(
    context: RequestContext,
    make_instance: MakeInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The method's own error is the one that matters."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("no conductor")

    monkeypatch.setattr(Manager, "_instance_update", fail)
    with pytest.raises(RuntimeError, match="broken"):
        Manager(RuntimeError("broken")).act(context, make_instance())


def test_an_exception_is_announced_without_secrets(
    context: RequestContext, config: Any
) -> None:
    """Event type = method; passwords, files, self and context are left out."""
    notifier = support.RecordingNotifier()

    class Failing:
        @exception_wrapper.wrap_exception(notifier=notifier)
        def act(
            self, context: Any, instance: Any, admin_password: str, injected_files: Any
        ) -> None:
            """Fail."""
            raise RuntimeError("broken")

    server = SimpleNamespace(uuid="u-1")
    with pytest.raises(RuntimeError, match="broken"):
        Failing().act(context, server, "secret", injected_files=[("/a", "secret")])
    assert notifier.sent == [
        ("error", "act", {"exception": "broken", "args": {"instance": "u-1"}})
    ]


def test_without_a_notifier_an_exception_just_passes(context: RequestContext) -> None:
    """As for managers that announce nothing."""

    class Failing:
        @exception_wrapper.wrap_exception()
        def act(self, context: Any) -> None:
            """Fail."""
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        Failing().act(context)


def test_arguments_are_told_without_the_objects_behind_them() -> None:
    """A notification carries plain data: uuids of objects, names of other classes."""
    plain = exception_wrapper._plain(
        {"a": [1, SimpleNamespace(uuid="u")], "my_pass": "x", "b": {"c": object()}}
    )
    assert plain == {"a": [1, "u"], "b": {"c": "object"}}


@pytest.mark.parametrize(
    ("fault", "message", "code"),
    [
        (exception.FlavorDiskTooSmall("tiny"), "tiny", 500),
        (exception.InstanceNotFound("none"), "none", 404),
        (RuntimeError(), "RuntimeError", 500),
        (RuntimeError("x" * 300), "x" * 255, 500),
    ],
)
def test_a_fault_has_a_short_message_and_a_code(
    fault: Exception, message: str, code: int
) -> None:
    """At most 255 characters, for the column has no more; 500 unless it says so."""
    described = compute_utils.exception_to_dict(fault)
    assert (described["message"], described["code"]) == (message, code)
