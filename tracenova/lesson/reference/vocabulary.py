"""The words of traces and records: states, span attributes, errors."""

import inspect
import re
from types import ModuleType

from tracenova import exception
from tracenova.api.openstack import common
from tracenova.compute import power_state, task_states, vm_states
from tracenova.lesson.reference import markdown
from tracenova.trace import names

_CONSTANT = re.compile(r'^([A-Z_0-9]+)(?:: Final)? = "([^"]+)"(?:  # (.*))?$')
_SECTION = re.compile(r"^# -+ (.+?) -+$")


def states_page() -> str:
    """Return the page of vm_states, task_states, power states and statuses."""
    statuses = [
        (markdown.code(vm), markdown.code(task), status)
        for vm, by_task in common._STATE_MAP.items()
        for task, status in by_task.items()
    ]
    shown = markdown.table(("vm_state", "task_state", "status"), statuses)
    power = markdown.table(
        ("number", "name"),
        [(str(number), name) for number, name in power_state.STATE_MAP.items()],
    )
    about = (
        "`vm_state` says what a server is, `task_state` what is being done to it, the "
        "power state what its hypervisor says. The API's *status* is made of the first two."
    )
    return markdown.page(
        "States",
        about,
        f"## vm_state\n\n{_constants(vm_states)}",
        f"## task_state\n\n{_constants(task_states)}",
        f"## power state\n\n{power}",
        f"## status in the API\n\n{shown}",
    )


def attributes_page() -> str:
    """Return the page of span attributes."""
    about = (
        "What a span may say of itself. The first column is how the trace spells it."
    )
    return markdown.page("Span attributes", about, _constants(names))


def errors_page() -> str:
    """Return the page of errors, in the order of their file."""
    found = [
        (markdown.code(cls.__name__), _family(cls), str(cls.code), cls.msg_fmt)
        for cls in vars(exception).values()
        if inspect.isclass(cls)
        and issubclass(cls, exception.NovaException)
        and cls.__module__ == exception.__name__
    ]
    about = (
        "Every error by name, with the HTTP code that it becomes where the API lets it "
        "through, and its text."
    )
    table = markdown.table(("error", "is a", "code", "text"), found)
    return markdown.page("Errors", about, table)


def _family(cls: type[BaseException]) -> str:
    return markdown.code(cls.__bases__[0].__name__)


def _constants(module: ModuleType) -> str:
    """Return a table of a module's text constants, with its own headings and remarks."""
    rows: list[tuple[str, str]] = []
    for line in inspect.getsource(module).splitlines():
        if section := _SECTION.match(line):
            rows.append((f"**{section[1]}**", ""))
        elif constant := _CONSTANT.match(line):
            rows.append((markdown.code(constant[2]), constant[3] or ""))
    return markdown.table(("name", "remark"), rows)
