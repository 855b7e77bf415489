"""Finds the traces that a request or a server is in, in any number of trace files.

Each process of a cloud writes a file of its own, so what belongs together is spread over
several: spans are gathered by their trace, whichever file they are in.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tracenova.trace import files, names, otlp_json
from tracenova.trace.model import Span
from tracenova.trace.selection import named_instances
from tracenova.trace.trace import Trace

REQUEST = re.compile(r"req-[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Found:
    """One trace in which the wanted thing is.

    Attributes:
        request_ids: of the requests that make up the trace, first ones first.
        files: where its spans are.
    """

    trace_id: str
    trace: Trace
    request_ids: list[str]
    files: list[Path]

    @property
    def root(self) -> Span:
        """The span that began first."""
        return min(self.trace.spans, key=lambda span: span.start_ns)


def trace_files(places: Iterable[Path]) -> list[Path]:
    """Return the trace files among files and below folders, oldest first.

    Raises:
        TraceFileError: a place is not there.
    """
    found: set[Path] = set()
    for place in places:
        if place.is_dir():
            found.update(place.rglob(f"*{files.SUFFIX}"))
        elif place.exists():
            found.add(place)
        else:
            raise files.TraceFileError(f"{place}: is not there")
    return sorted(found, key=lambda path: (path.stat().st_mtime, path))


def find(wanted: str, places: Iterable[Path]) -> list[Found]:
    """Return every trace with the request id, the server's id or its name.

    Raises:
        TraceFileError: a place is not there.
    """
    paths = trace_files(places)
    seeds = [span for path in paths for span in _with_text(path, wanted)]
    servers = {server for span in seeds for server in _servers_named(span, wanted)}
    if servers:
        more = [_with_text(path, server) for server in servers for path in paths]
        seeds = [span for spans in more for span in spans]
        seeds = [span for span in seeds if named_instances(span) & servers]
    else:
        seeds = [span for span in seeds if span.text(names.REQUEST_ID) == wanted]
    return [_gathered(each, paths) for each in dict.fromkeys(s.trace_id for s in seeds)]


def _servers_named(span: Span, wanted: str) -> frozenset[str]:
    """Return the servers of that id or name that the span names."""
    named = named_instances(span)
    if wanted in named:
        return frozenset((wanted,))
    quoted = re.escape(wanted.replace("\\", "\\\\").replace('"', '\\"'))
    is_name = re.search(
        rf'"display_name": ?"{quoted}"', span.text(names.RPC_ARGS) or ""
    )
    return named if is_name else frozenset()


def _gathered(trace_id: str, paths: list[Path]) -> Found:
    spans: list[Span] = []
    where: list[Path] = []
    for path in paths:
        mine = [
            span for span in _with_text(path, trace_id) if span.trace_id == trace_id
        ]
        if mine:
            spans += mine
            where.append(path)
    ordered = sorted(spans, key=lambda span: span.start_ns)
    ids = [span.text(names.REQUEST_ID) for span in ordered]
    return Found(trace_id, Trace(spans), list(dict.fromkeys(filter(None, ids))), where)


def _with_text(path: Path, text: str) -> list[Span]:
    """Return the spans of a file's lines that contain the text."""
    wanted = text.encode()
    spans: list[Span] = []
    for line in _lines_with(path, wanted):
        try:
            spans.extend(otlp_json.decode_line(line))
        except ValueError:  # a line that is not finished yet
            continue
    return spans


def _lines_with(path: Path, wanted: bytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            if wanted in line:
                yield line
