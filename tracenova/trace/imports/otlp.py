"""Traces of other tools, in any of the shapes of OTLP/JSON."""

from pathlib import Path

from tracenova.trace.files import TraceFileError, load
from tracenova.trace.imports import Imported, ImportProblem


def read(path: Path) -> Imported:
    """Return the spans of the file.

    Raises:
        ImportProblem: it is no trace.
    """
    try:
        loaded = load(path)
    except TraceFileError as error:
        raise ImportProblem(str(error)) from error
    return Imported(list(loaded.spans), list(loaded.warnings))
