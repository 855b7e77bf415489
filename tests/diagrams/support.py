"""Saved boots, drawn without booting anything."""

import functools
from pathlib import Path
from typing import Any

from tracenova.trace.trace import Trace
from tracenova_diagrams import Diagram, Options, draw
from tracenova_diagrams.sequence.model import Message, Note, Story

TRACES = Path(__file__).parents[1] / "data" / "traces"
LABS = ("default", "reschedule", "no-valid-host")


@functools.cache
def trace(lab: str = "default") -> Trace:
    """Return the stable trace of a boot."""
    return Trace.load(TRACES / f"{lab}.otlp.jsonl")


def drawn(lab: str = "default", **how: Any) -> Diagram:
    """Return a picture of a saved boot."""
    return draw(trace(lab), **how)


def story(lab: str = "default", **how: Any) -> Story:
    """Return what a sequence of a saved boot tells."""
    content = Diagram(trace(lab), Options(**how)).content
    assert isinstance(content, Story)
    return content


def messages(told: Story) -> list[Message]:
    """Return the arrows of a story."""
    return [item for item in told.items if isinstance(item, Message)]


def notes(told: Story) -> list[Note]:
    """Return the notes of a story."""
    return [item for item in told.items if isinstance(item, Note)]
