"""Who sent it: the service function behind a message, and its line in Nova.

A producer or client span begins inside libraries and seams; the story wants the service
function that meant it, ``ComputeTaskManager.build_instances``, and the line of Nova that
does the same.
"""

import functools
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tracenova.telemetry import twins
from tracenova.trace import names, vocabulary

_SEAMS = (
    "tracenova.profiler",
    "tracenova.telemetry",
    "tracenova.messaging",
    "tracenova.rpc",
    "tracenova.rpc_notifier",
    "tracenova.rpc_router",
    "tracenova.http",
    "tracenova.objects",
    "tracenova.conductor.api",
    "tracenova.conductor.rpcapi",
    "tracenova.network.neutronv2.client",
    "tracenova.utils",
    "tracenova.exception_wrapper",
    "tracenova.safe_utils",
    "tracenova.identity",
    "tracenova.hooks",
    "tracenova.testing",
    # a driver's door: the story wants who asked it, spawn or the manager
    "tracenova.virt.libvirt.seam",
    "tracenova.virt.libvirt.host",
    "tracenova.virt.libvirt.guest",
    "tracenova.virt.libvirt.questions",
)
_INDIRECTION = "ConductorAPI.object_"  # an object's method, sent by whoever called it
_PACKAGE = Path(__file__).parents[1]


def describe_caller(span_name: str, attributes: dict[str, Any]) -> None:
    """Add which service function is about to send, and Nova's line for it."""
    frame = _service_frame(sys._getframe(2))
    if frame is None:
        return
    function, file = _named(frame.f_code, frame.f_globals["__name__"])
    attributes[names.CODE_FUNCTION] = function
    attributes[names.CODE_FILE] = file
    attributes[names.CODE_LINE] = frame.f_lineno
    if (vias := vocabulary.vias(span_name, attributes)) and (via := _via(frame, vias)):
        attributes[names.CODE_VIA] = via
    source = vocabulary.source(span_name, function, attributes)
    source = source or twins.source(function)
    if source:
        attributes.setdefault(names.NOVA_SOURCE, source)


def describe_twin(attributes: dict[str, Any]) -> None:
    """Add Nova's line of the function that is about to run, if Nova has it."""
    function = attributes.get(names.CODE_FUNCTION)
    if function and (source := twins.source(function)):
        attributes.setdefault(names.NOVA_SOURCE, source)


def _service_frame(frame: FrameType | None) -> FrameType | None:
    while frame is not None:
        is_service = _is_service(frame.f_globals.get("__name__", ""))
        if is_service and not frame.f_code.co_qualname.startswith(_INDIRECTION):
            return frame
        frame = frame.f_back
    return None


def _via(frame: FrameType | None, functions: frozenset[str]) -> str | None:
    while frame is not None:
        if frame.f_code.co_name in functions:
            return frame.f_code.co_name
        frame = frame.f_back
    return None


@functools.cache
def _is_service(module: str) -> bool:
    if not module.startswith("tracenova."):
        return False
    return not any(module == seam or module.startswith(seam + ".") for seam in _SEAMS)


@functools.cache
def _named(code: CodeType, module: str) -> tuple[str, str]:
    function = f"{module}.{code.co_qualname.replace('<locals>.', '')}"
    try:
        relative = Path(code.co_filename).relative_to(_PACKAGE.parent)
    except ValueError:
        return function, Path(code.co_filename).name
    return function, relative.as_posix()
