"""Plays neutron and the hypervisor to a student's ``start_guest``."""

import importlib.util
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_SHORT_S = 0.3
_LONG_S = 3.0


def play() -> dict[str, Any]:
    """Return for each scene what was said and done."""
    code = _student()
    scenes: dict[str, Callable[[Any], dict[str, Any]]] = {
        "early": _early,
        "late": _late,
        "two": _two,
        "none": _none,
        "many": _many,
    }
    return {name: scene(code) for name, scene in scenes.items()}


def _student() -> Any:
    spec = importlib.util.spec_from_file_location("exercise", Path("exercise.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _scene(
    code: Any,
    interfaces: list[str],
    timeout_s: float,
    on_plug: Callable[[Any, str], None],
    on_start: Callable[[Any], None] = lambda events: None,
) -> dict[str, Any]:
    events = code.Events()
    did: list[str] = []

    def plug(interface: str) -> None:
        did.append(f"plug {interface}")
        on_plug(events, interface)

    def start() -> None:
        did.append("start")
        on_start(events)

    def resume() -> None:
        did.append("resume")

    said = code.start_guest(interfaces, events, plug, start, resume, timeout_s)
    return {"said": str(said), "did": did}


def _early(code: Any) -> dict[str, Any]:
    """Deliver the event before plug() returns."""
    return _scene(code, ["tap0"], _SHORT_S, lambda events, name: events.deliver(name))


def _late(code: Any) -> dict[str, Any]:
    """Deliver it a moment after the guest was started."""

    def on_start(events: Any) -> None:
        threading.Timer(0.05, events.deliver, ["tap0"]).start()

    return _scene(code, ["tap0"], _LONG_S, lambda events, name: None, on_start)


def _two(code: Any) -> dict[str, Any]:
    """Deliver the second at once and the first later."""

    def on_plug(events: Any, name: str) -> None:
        if name == "tap1":
            events.deliver(name)

    def on_start(events: Any) -> None:
        threading.Timer(0.05, events.deliver, ["tap0"]).start()

    return _scene(code, ["tap0", "tap1"], _LONG_S, on_plug, on_start)


def _none(code: Any) -> dict[str, Any]:
    """Deliver nothing."""
    return _scene(code, ["tap0"], _SHORT_S, lambda events, name: None)


def _many(code: Any) -> dict[str, Any]:
    """Deliver twelve, each from a thread of its own, after up to 20 ms."""
    chance = random.Random(12)

    def on_plug(events: Any, name: str) -> None:
        wait_s = chance.choice((0.0, 0.001, 0.02))
        threading.Timer(wait_s, events.deliver, [name]).start()

    return _scene(code, [f"tap{n}" for n in range(12)], _LONG_S, on_plug)
