"""Where spans go: the OpenTelemetry SDK behind ``tracenova.profiler``.

``recording(...)`` switches tracing on, hands every span to a file, an OTLP endpoint and
whoever listens live, and switches it off again::

    with telemetry.recording(save=Path("boot.otlp.jsonl")) as session:
        session.feed.subscribe(on_moment)

The SDK is loaded by the first recording: a service that is not traced runs without it.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracenova.telemetry.feed import LiveFeed
    from tracenova.telemetry.session import Session, recording

__all__ = ["LiveFeed", "Session", "recording"]
_MODULES = {"LiveFeed": "feed", "Session": "session", "recording": "session"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
