"""Which messages there are: who understands them, and how they are sent."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tracenova import baserpc
from tracenova.compute import manager as compute_manager
from tracenova.compute import rpcapi as compute_rpcapi
from tracenova.compute import rpcapi_changes
from tracenova.conductor import compute_task_manager, manager
from tracenova.conductor import rpcapi as conductor_rpcapi
from tracenova.lesson.reference import markdown
from tracenova.scheduler import manager as scheduler_manager
from tracenova.scheduler import rpcapi as scheduler_rpcapi

_ABOUT = (
    "Every method that a service answers to over the bus. *Sent in*: the versions in "
    "which this project's clients send it, the preferred one first; *understood*: the "
    "newest that the receiver knows."
)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a client sends a method."""

    kind: str
    versions: tuple[str, ...]


def page() -> str:
    """Return the page of RPC methods."""
    parts = [
        _endpoint(
            "nova-compute",
            compute_manager.ComputeManager,
            "compute",
            compute_rpcapi,
            rpcapi_changes,
        ),
        _endpoint(
            "nova-conductor", manager.ConductorManager, "conductor", conductor_rpcapi
        ),
        _endpoint(
            "nova-conductor, namespace compute_task",
            compute_task_manager.ComputeTaskManager,
            "conductor",
            conductor_rpcapi,
        ),
        _endpoint(
            "nova-scheduler",
            scheduler_manager.SchedulerManager,
            "scheduler",
            scheduler_rpcapi,
        ),
        _endpoint(
            "every service, namespace baseapi", baserpc.BaseRPCAPI, "each", baserpc
        ),
    ]
    return markdown.page("RPC methods", _ABOUT, *parts)


def _endpoint(title: str, endpoint: Any, topic: str, *clients: ModuleType) -> str:
    sendings = dict(_sendings(*clients))
    rows = []
    for name in sorted(sendings):
        method = _definition(endpoint, name)
        if method is None:
            continue
        sent = sendings[name]
        given = (*method.args.args, *method.args.kwonlyargs)
        names = [argument.arg for argument in given if argument.arg != "self"]
        rows.append(
            (
                markdown.code(name),
                sent.kind,
                ", ".join(sent.versions),
                ", ".join(names[1:]) or "–",
                (ast.get_docstring(method) or "").partition("\n")[0],
            )
        )
    head = ("method", "kind", "sent in", "arguments", "what it means")
    about = f"Topic `{topic}`, understood up to {endpoint.target.version}."
    return f"## {title}\n\n{about}\n\n{markdown.table(head, rows)}"


def _definition(endpoint: Any, name: str) -> ast.FunctionDef | None:
    """Return a method's source: decorators of libraries hide what it takes."""
    for cls in endpoint.__mro__:
        if name in vars(cls):
            tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
            for each in ast.walk(tree):
                if isinstance(each, ast.FunctionDef) and each.name == name:
                    return each
    return None


def _sendings(*clients: ModuleType) -> Iterator[tuple[str, Sending]]:
    """Yield each method that the modules' classes send; a part sends as its whole does."""
    base = ""
    for client in clients:
        for each in ast.parse(inspect.getsource(client)).body:
            if isinstance(each, ast.ClassDef):
                base = next(iter(_versions(each, "Target")), base)
                for function in each.body:
                    if isinstance(function, ast.FunctionDef):
                        yield from _sent_by(function, base)


def _sent_by(function: ast.FunctionDef, base: str) -> Iterator[tuple[str, Sending]]:
    fanout = any(
        keyword.arg == "fanout"
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
    )
    for call in ast.walk(function):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        how = call.func.attr
        if how not in ("call", "cast") or len(call.args) < 2:
            continue
        name = call.args[1]
        if isinstance(name, ast.Constant):
            said = list(_assigned(function)) or _versions(function, "prepare")
            versions = tuple(dict.fromkeys(said)) or (base,)
            yield str(name.value), Sending("fanout" if fanout else how, versions)


def _assigned(function: ast.FunctionDef) -> Iterator[str]:
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant):
            target = each.targets[0]
            if isinstance(target, ast.Name) and target.id == "version":
                yield str(each.value.value)


def _versions(node: ast.AST, called: str) -> list[str]:
    """Return the constants given as ``version=`` to calls of that name."""
    return [
        str(keyword.value.value)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == called
        for keyword in call.keywords
        if keyword.arg == "version" and isinstance(keyword.value, ast.Constant)
    ]
