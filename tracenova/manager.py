"""Managers: what a service does, apart from how it is started and reached.

A method of a manager that exists on other hosts too is called over RPC, through an API
class beside it; everything else is an ordinary call.

Nova: nova/manager.py
"""

import functools
from collections.abc import Callable
from typing import Any

from oslo_service import periodic_task as oslo_periodic_task

from tracenova import profiler, rpc
from tracenova.conf import CONF
from tracenova.context import RequestContext

periodic_task = oslo_periodic_task.periodic_task
"""Decorator: ``@periodic_task(spacing=60, run_immediately=True)``."""


class PeriodicTasks(oslo_periodic_task.PeriodicTasks):
    """Runs methods decorated with ``@periodic_task(spacing=…)``.

    Every run of a task is a trace of its own.

    Nova: nova/manager.py PeriodicTasks
    """

    _periodic_tasks: list[tuple[str, Callable[..., Any]]]

    def __init__(self) -> None:
        self._collect_from_mixins()
        super().__init__(CONF)
        self._periodic_tasks = [
            (name, _traced(f"{type(self).__name__}.{name}", task))
            for name, task in self._periodic_tasks
        ]

    @classmethod
    def _collect_from_mixins(cls) -> None:
        """Find tasks of all base classes: oslo.service looks at the first one only."""
        found = {name for name, _ in cls._periodic_tasks}
        for base in reversed(cls.__mro__):
            for task in vars(base).values():
                is_task = getattr(task, "_periodic_task", False)
                if is_task and task._periodic_name not in found:
                    found.add(task._periodic_name)
                    cls._add_periodic_task(task)


class Manager(PeriodicTasks):
    """What the managers of all services have in common.

    Attributes:
        host: the host it speaks for.
        service_name: ``compute``, ``conductor``, ``scheduler``; signs notifications.
        notifier: sends legacy notifications.
        additional_endpoints: further objects whose methods are reached over RPC.

    Nova: nova/manager.py Manager. Left out: db_driver, the back door.
    """

    def __init__(
        self, host: str | None = None, service_name: str = "undefined", **kwargs: Any
    ) -> None:
        self.host = host or CONF.host
        self.service_name = service_name
        self.notifier = rpc.get_notifier(service_name, self.host)
        self.additional_endpoints: list[Any] = []
        super().__init__(**kwargs)

    def periodic_tasks(
        self, context: RequestContext, raise_on_error: bool = False
    ) -> float:
        """Run the tasks that are due; return seconds until the next one is."""
        return float(self.run_periodic_tasks(context, raise_on_error=raise_on_error))

    def init_host(self) -> None:
        """Get ready, before the service has a row in the database."""

    def cleanup_host(self) -> None:
        """Tidy up, when the service has stopped."""

    def pre_start_hook(self) -> None:
        """Do what must be done before the first message can come."""

    def post_start_hook(self) -> None:
        """Do what can only be done once messages come."""

    def reset(self) -> None:
        """Read anew what depends on the configuration (SIGHUP)."""


def _traced(name: str, task: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(task)
    def run(manager: Any, context: RequestContext) -> Any:
        with profiler.extracted({}), profiler.span(name):
            return task(manager, context)

    return run
