"""Recording: files, collectors, live listeners; none of them may stop a boot."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracenova import profiler, telemetry
from tracenova.telemetry import sinks
from tracenova.trace import otlp_json
from tracenova.trace.model import Moment
from tracenova.trace.trace import Trace


def record(names: str = "abc") -> None:
    """Record a few spans."""
    for name in names:
        with profiler.span(name):
            pass


def test_a_recording_is_saved_and_loads(tmp_path: Path) -> None:
    """What was seen in memory is what the file holds."""
    path = tmp_path / "x.otlp.jsonl"
    with telemetry.recording(save=path) as session:
        record()
        session.flush()
        assert len(Trace.load(path).spans) == 3
    assert sorted(s.name for s in Trace.load(path).spans) == ["a", "b", "c"]
    assert {s.key for s in Trace.load(path).spans} == {s.key for s in session.spans}


def test_saving_replaces_or_appends(tmp_path: Path) -> None:
    """A new run is a new trace, unless it is asked to add to the old one."""
    path = tmp_path / "x.otlp.jsonl"
    for append, expected in ((False, 1), (True, 2), (False, 1)):
        with telemetry.recording(save=path, append=append):
            record("a")
        assert len(Trace.load(path).spans) == expected


def test_an_unwritable_target_is_reported_once_and_the_boot_goes_on(
    tmp_path: Path,
) -> None:
    """No such folder: one line, and the spans are still in memory."""
    problems: list[str] = []
    target = tmp_path / "nowhere" / "x.otlp.jsonl"
    with telemetry.recording(save=target, on_problem=problems.append) as session:
        record()
        session.flush()
        record()
    assert len(session.spans) == 6
    assert len(problems) == 1
    assert "No such file or directory" in problems[0]


def test_a_full_disk_is_reported_once_and_the_boot_goes_on() -> None:
    """/dev/full says what a full disk says."""
    problems: list[str] = []
    with telemetry.recording(
        save=Path("/dev/full"), on_problem=problems.append
    ) as session:
        record()
        session.flush()
        record()
    assert len(session.spans) == 6
    assert [("No space left" in problem) for problem in problems] == [True]


class Collector(http.server.BaseHTTPRequestHandler):
    """An OTLP collector."""

    received: list[Any]

    def do_POST(self) -> None:
        """Take the spans."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[Any]]]:
    """A collector's URL and what it has received."""
    Collector.received = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Collector.received
    server.shutdown()
    server.server_close()
    thread.join(30)


def test_spans_are_exported_as_otlp_json(
    collector: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """POST /v1/traces, the same JSON as the file's, when it is asked for."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
    url, received = collector
    with telemetry.recording(otlp_url=url):
        record()
    assert {path for path, _ in received} == {"/v1/traces"}
    spans = [span for _, document in received for span in otlp_json.decode(document)]
    assert sorted(span.name for span in spans) == ["a", "b", "c"]


def test_a_dead_collector_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The boot does not wait for it."""
    monkeypatch.setattr(sinks, "_SEND_TIMEOUT_S", 1.0)
    problems: list[str] = []
    with telemetry.recording(
        otlp_url="http://127.0.0.1:9/", on_problem=problems.append
    ) as session:
        record()
        session.flush()
        record()
    assert len(problems) == 1
    assert "http://127.0.0.1:9/v1/traces" in problems[0]


def test_listeners_see_starts_ends_and_messages_in_order() -> None:
    """A running span has no end; one bad listener does not silence the rest."""
    seen: list[Moment] = []

    def bad(moment: Moment) -> None:
        raise RuntimeError("listener")

    with telemetry.recording() as session:
        session.feed.message("published", id="unseen")
        session.feed.subscribe(bad)
        stop = session.feed.subscribe(seen.append)
        with profiler.span("outer"):
            session.feed.message("published", id="m1", topic="conductor")
            record("x")
        session.flush()
        stop()
        record("unseen")
    shown = [(m.kind, m.span.name if m.span else m.message["id"]) for m in seen]
    assert shown == [
        ("started", "outer"),
        ("published", "m1"),
        ("started", "x"),
        ("ended", "x"),
        ("ended", "outer"),
    ]
    assert seen[0].span is not None
    assert seen[0].span.end_ns is None


def test_a_span_that_outlives_the_recording_does_no_harm() -> None:
    """Threads of a boot may end after it."""
    with telemetry.recording() as session:
        late = session.backend.span("late", "internal", {})
        late.__enter__()
    late.__exit__(None, None, None)
    assert session.spans == []
