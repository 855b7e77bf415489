"""Views as files."""

from importlib import util
from pathlib import Path

from tracenova.trace.trace import Trace

_ENDINGS = (".mmd", ".puml", ".dot", ".png", ".pdf", ".html", "-diagram.svg")


class CannotExport(Exception):
    """The format is unknown, or the part that draws it is not there."""


def write(path: Path, text: str) -> None:
    """Write a text file.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + ("" if text.endswith("\n") else "\n"), encoding="utf-8")


def diagram_endings() -> tuple[str, ...]:
    """Return the endings of diagrams, () when the part that draws them is missing."""
    return _ENDINGS if util.find_spec("tracenova_diagrams.diagram") else ()


def diagram(trace: Trace, path: Path, kind: str, level: str) -> None:
    """Draw the trace; the file's ending is the format.

    Raises:
        CannotExport: the format is unknown, or diagrams cannot be drawn here.
    """
    if not any(path.name.endswith(ending) for ending in _ENDINGS):
        raise CannotExport(f"{path.name}: no format ends so")
    if not diagram_endings():
        raise CannotExport(
            "diagrams cannot be drawn here; .json, .txt and .svg can be written"
        )
    import tracenova_diagrams as diagrams

    shown = kind if kind in diagrams.KINDS else "sequence"
    try:
        diagrams.draw(trace, kind=shown, level=level).save(path)
    except (diagrams.DiagramError, diagrams.GraphvizMissing) as error:
        raise CannotExport(str(error)) from error
