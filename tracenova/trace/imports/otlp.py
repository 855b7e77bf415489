"""Traces of other tools, in any of the shapes of OTLP/JSON."""

from pathlib import Path

from tracenova.trace.files import TraceFileError, load
from tracenova.trace.imports import Imported, ImportProblem


def read(path: Path) -> Imported:
    """Return the spans of the file.

    Raises:
        ImportProblem: it is no trace, or an empty one.
    """
    try:
        loaded = load(path)
    except TraceFileError as error:
        raise ImportProblem(str(error)) from error
    if not loaded.spans:
        raise ImportProblem(f"{path}: no span is in it")
    return Imported(list(loaded.spans), list(loaded.warnings))
