"""Trace files: ``*.otlp.jsonl``, one ``TracesData`` a line, appended as spans end.

A run that is killed leaves a readable file: at worst its last line is unfinished, and
reading skips it with a warning. Nothing is skipped silently.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tracenova.trace import otlp_json
from tracenova.trace.collecting import no_collection
from tracenova.trace.model import Span

SUFFIX = ".otlp.jsonl"
SPANS_A_LINE = 64
_SAMPLE_BYTES = 8192


class TraceFileError(Exception):
    """A file cannot be shown as a trace; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file held, and what in it could not be read."""

    spans: list[Span]
    warnings: list[str]


class TraceWriter:
    """Appends spans to a file, whole lines at a time.

    Raises:
        OSError: the file cannot be opened (from the constructor) or written.
    """

    def __init__(self, path: Path, *, append: bool = False) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._fd = os.open(path, flags if append else flags | os.O_TRUNC, 0o644)
        if append and _ends_unfinished(path):
            os.write(self._fd, b"\n")

    def write(self, spans: Iterable[Span]) -> None:
        """Append the spans; what was written before is never touched."""
        ordered = sorted(spans, key=lambda span: (span.service, span.host))
        for at in range(0, len(ordered), SPANS_A_LINE):
            line = otlp_json.encode_bytes(ordered[at : at + SPANS_A_LINE], end=b"\n")
            data = memoryview(line)
            while data:
                data = data[os.write(self._fd, data) :]

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)


def load(
    path: Path | str,
    at_most: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Read a trace file, or every trace file of a folder as one trace.

    Args:
        path: the file; or the folder, in which each process wrote a file of its own.
        at_most: stop after about so many bytes: the beginning of a long trace.
        progress: is told now and then how many bytes of a file are read.

    Raises:
        TraceFileError: it is missing, empty, binary, unreadable, or no trace.
    """
    path = Path(path)
    if path.is_dir():
        return _load_folder(path, at_most)
    try:
        with path.open("rb") as file, no_collection():
            return _load(path, file, at_most, progress)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TraceFileError(f"{path}: cannot be read: {reason}") from error


def _load_folder(folder: Path, at_most: int | None) -> Loaded:
    loaded = Loaded([], [])
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.stat().st_size:  # the process has not said anything yet
            part = load(path, at_most)
            loaded.spans.extend(part.spans)
            loaded.warnings.extend(part.warnings)
    if not loaded.spans:
        raise TraceFileError(f"{folder}: has no trace files (*{SUFFIX})")
    return loaded


def _load(
    path: Path,
    file: BinaryIO,
    at_most: int | None,
    progress: Callable[[int], None] | None,
) -> Loaded:
    sample = file.read(_SAMPLE_BYTES)
    if not sample.strip():
        raise TraceFileError(f"{path}: is empty")
    if b"\0" in sample:
        raise TraceFileError(f"{path}: is a binary file, not an OTLP/JSON trace")
    file.seek(0)
    loaded = Loaded([], [])
    good = read = 0
    for number, line in enumerate(file, 1):
        read += len(line)
        if at_most is not None and read > at_most and good:
            break
        if progress is not None:
            progress(read)
        if not line.strip():
            continue
        try:
            loaded.spans.extend(otlp_json.decode_line(line))
            good += 1
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            loaded.warnings.append(_complaint(path, number, line, error))
    if not good:
        return _load_whole(path)
    return loaded


def _complaint(path: Path, number: int, line: bytes, error: Exception) -> str:
    if not line.endswith(b"\n"):
        return f"{path}: line {number} (the last) is unfinished; skipped"
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"{path}: line {number} is not OTLP/JSON ({reason}); skipped"


def _load_whole(path: Path) -> Loaded:
    """Read a document that some other tool has spread over several lines."""
    try:
        document = json.loads(path.read_bytes())
        return Loaded(list(_spans_of(document)), [])
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TraceFileError(f"{path}: is not an OTLP/JSON trace ({reason})") from error


def _spans_of(document: object) -> Iterator[Span]:
    for member in document if isinstance(document, list) else [document]:
        yield from otlp_json.decode(member)


def _ends_unfinished(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
