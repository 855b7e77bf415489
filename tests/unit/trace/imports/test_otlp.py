"""Traces of other tools become traces of ours: unknown spans are plain spans."""

import json
from pathlib import Path
from typing import Any

import pytest

from tracenova.trace import imports
from tracenova.trace.trace import Trace

TRACE = "5b8efff798038103d269b633813fc60c"


def _span(name: str, span_id: str, parent: str = "", **more: Any) -> dict[str, Any]:
    return {
        "traceId": TRACE,
        "spanId": span_id,
        "parentSpanId": parent,
        "name": name,
        "kind": 2,
        "startTimeUnixNano": "1544712660000000000",
        "endTimeUnixNano": "1544712661000000000",
        "attributes": [
            {"key": "http.method", "value": {"stringValue": "GET"}},
            {"key": "retries", "value": {"intValue": "3"}},
            {"key": "ratio", "value": {"doubleValue": 0.5}},
            {"key": "tags", "value": {"arrayValue": {"values": [{"boolValue": True}]}}},
        ],
        "status": {},
        **more,
    }


def _document(*spans: dict[str, Any]) -> dict[str, Any]:
    resource = [{"key": "service.name", "value": {"stringValue": "shop"}}]
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": resource},
                "scopeSpans": [{"scope": {"name": "some.library"}, "spans": [*spans]}],
            }
        ]
    }


def _read(path: Path, text: str) -> imports.Imported:
    path.write_text(text)
    return imports.read("otlp", path)


@pytest.mark.parametrize("indent", [None, 2])
def test_one_document_of_a_foreign_tracer_is_read(tmp_path: Path, indent: Any) -> None:
    """As an SDK's JSON exporter writes it, in a line or over many."""
    document = _document(
        _span("GET /", "eee19b7ec3c1b174"),
        _span("SELECT", "eee19b7ec3c1b175", "eee19b7ec3c1b174"),
    )
    imported = _read(tmp_path / "shop.json", json.dumps(document, indent=indent))
    root, child = imported.spans
    assert (root.service, root.name, root.parent_id) == ("shop", "GET /", None)
    assert child.parent_id == root.span_id
    assert root.duration_ns == 1_000_000_000
    assert dict(root.attributes) == {
        "http.method": "GET",
        "retries": 3,
        "ratio": 0.5,
        "tags": (True,),
    }


def test_lines_of_a_collector_s_file_exporter_are_read(tmp_path: Path) -> None:
    """One document a line; a torn last line costs only itself, and is told."""
    lines = [
        json.dumps(_document(_span(f"step {at}", f"eee19b7ec3c1b17{at}")))
        for at in range(3)
    ]
    imported = _read(tmp_path / "c.jsonl", "\n".join([*lines, lines[0][:50]]))
    assert [span.name for span in imported.spans] == ["step 0", "step 1", "step 2"]
    assert len(imported.warnings) == 1


def test_kinds_and_statuses_may_be_words(tmp_path: Path) -> None:
    """As protobuf's JSON mapping writes enumerations."""
    span = _span(
        "GET /",
        "eee19b7ec3c1b174",
        kind="SPAN_KIND_CLIENT",
        status={"code": "STATUS_CODE_ERROR", "message": "boom"},
    )
    (read,) = _read(tmp_path / "w.json", json.dumps(_document(span))).spans
    assert (read.kind, read.status, read.status_message) == ("client", "error", "boom")


def test_foreign_spans_are_shown_as_plain_spans(tmp_path: Path) -> None:
    """A request is a hop all the same; there is no decision, and nothing breaks."""
    text = json.dumps(_document(_span("GET /", "eee19b7ec3c1b174")))
    trace = Trace(_read(tmp_path / "p.json", text).spans)
    assert [*trace.filter_runs(), *trace.weigher_runs()] == []
    assert [(hop.to, hop.kind) for hop in trace.hops()] == [("shop", "http")]
    assert len(trace.spans) == 1


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", '{"resourceSpans": 5}', '{"spans": []}', "{"]
)
def test_what_is_no_trace_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    """The file is named."""
    with pytest.raises(imports.ImportProblem, match=r"n\.json") as problem:
        _read(tmp_path / "n.json", text)
    assert "\n" not in str(problem.value)
