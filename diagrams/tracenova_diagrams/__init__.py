"""Pictures of a recorded boot, in every format people use.

::

    from tracenova.trace.trace import Trace
    from tracenova_diagrams import draw

    draw(Trace.load("boot.otlp.jsonl"), level="services").save("boot.svg")

The pictures read the trace alone: a trace saved elsewhere is drawn just as well.
"""

from typing import Any

from tracenova.trace.trace import Trace
from tracenova_diagrams.diagram import Diagram, Saved
from tracenova_diagrams.options import (
    FORMATS,
    KINDS,
    LEVELS,
    DiagramError,
    GraphvizMissing,
    Options,
)

__all__ = [
    "FORMATS",
    "KINDS",
    "LEVELS",
    "Diagram",
    "DiagramError",
    "GraphvizMissing",
    "Options",
    "Saved",
    "draw",
]


def draw(trace: Trace, *, stable: bool = False, **how: Any) -> Diagram:
    """Return a picture of a trace.

    Args:
        trace: what happened.
        stable: the same boot gives the same bytes: ordinals for ids and times.
        how: the members of ``Options``: kind, level, focus …
    """
    return Diagram(trace.stabilised() if stable else trace, Options(**how))
