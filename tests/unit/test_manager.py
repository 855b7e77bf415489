"""Managers and their periodic tasks."""

import pytest

from tracenova import context, manager, rpc
from tracenova.conf import CONF


@pytest.fixture
def ran():
    """A cloud for managers, and the list of tasks that ran."""
    rpc.init(CONF, "fakeredis://manager-test/", cloud="*")
    yield []
    rpc.cleanup("*")


class First(manager.Manager):
    """A part of a manager without tasks."""


class Mixin:
    """A part with a task, which knows nothing of managers."""

    ran: list[object]

    @manager.periodic_task(spacing=10, run_immediately=True)
    def _audit(self, ctxt):
        self.ran.append(("audit", ctxt.is_admin))

    @manager.periodic_task(spacing=-1)
    def _disabled(self, ctxt):
        self.ran.append("disabled")


class Second(manager.Manager):
    """A part with tasks."""

    @manager.periodic_task(spacing=3600)  # counted from the import, by oslo.service
    def _later(self, ctxt):
        self.ran.append("later")

    @manager.periodic_task(spacing=20, run_immediately=True)
    def _breaks(self, ctxt):
        raise ValueError("broken")


class Whole(First, Mixin, Second):
    """A manager made of parts."""


def test_tasks_of_all_parts_run_when_due(ran, caplog):
    """run_immediately: at once; others after their spacing; a failure stops none."""
    whole = Whole(host="host1", service_name="compute")
    whole.ran = ran
    idle_s = whole.periodic_tasks(context.get_admin_context())
    assert ran == [("audit", True)]
    assert "broken" in caplog.text
    assert idle_s <= 10
    whole.periodic_tasks(context.get_admin_context())
    assert len(ran) == 1


def test_a_manager_signs_its_notifications_with_its_host(ran):
    """publisher_id is service.host."""
    made = manager.Manager(host="host1", service_name="compute")
    assert made.notifier.notifier.publisher_id == "compute.host1"
    assert manager.Manager().host == CONF.host
