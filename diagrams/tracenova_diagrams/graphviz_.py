"""The programs of graphviz: lay out a graph, turn a pinned picture into png or pdf."""

from typing import Literal

import graphviz

from tracenova_diagrams.options import GraphvizMissing

Engine = Literal["dot", "neato"]


def run(engine: Engine, format_: str, source: str, what: str) -> bytes:
    """Return what graphviz makes of a source.

    Args:
        engine: ``dot`` lays out, ``neato`` paints what is pinned.
        format_: ``png``, ``pdf``, ``json0`` …
        source: the dot language.
        what: for the message: "PNG of a sequence".

    Raises:
        GraphvizMissing: the program is not installed.
    """
    options = {"neato_no_op": 2} if engine == "neato" else {}
    try:
        made: bytes = graphviz.pipe(
            engine, format_, source.encode(), quiet=True, **options
        )
    except graphviz.ExecutableNotFound:
        raise GraphvizMissing(what) from None
    return made
