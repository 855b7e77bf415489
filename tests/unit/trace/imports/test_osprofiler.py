"""Reports of osprofiler become traces."""

import json
from pathlib import Path
from typing import Any

import pytest

from tracenova.trace import imports
from tracenova.trace.model import Span

BASE = "7253ca8c-33b3-4f84-b4f1-f5a4311ddfa4"


def _node(
    name: str, started: int, finished: int, *children: Any, raw: Any = None, **info: Any
) -> dict[str, Any]:
    told = {"name": name, "started": started, "finished": finished, **info}
    for end, stamp in (("start", started), ("stop", finished)):
        if raw is not None:
            told[f"meta.raw_payload.{name}-{end}"] = {
                "base_id": BASE,
                "timestamp": f"2016-10-06T12:00:00.{stamp:03}500",
                "info": raw if end == "start" else {},
            }
    return {
        "info": {"project": "nova", "service": "api", "host": "ctl", **told},
        "trace_id": f"{name}-{started}",
        "parent_id": BASE,
        "children": list(children),
    }


def _report(*children: Any) -> dict[str, Any]:
    total = {"name": "total", "started": 0, "finished": 90}
    return {"info": total, "children": list(children), "stats": {}}


def _read(path: Path, report: Any) -> list[Span]:
    path.write_text(json.dumps(report))
    return imports.read("osprofiler", path).spans


def test_the_tree_of_calls_is_kept(tmp_path: Path) -> None:
    """Requests, calls and statements are named by what they did."""
    request = {"request": {"method": "POST", "path": "/v2.1/servers", "query": ""}}
    function = "nova.scheduler.manager.SchedulerManager.select_destinations"
    statement = {"db": {"statement": "SELECT 1", "params": {}}}
    report = _report(
        _node(
            "wsgi", 0, 90,
            _node("rpc", 10, 50,
                  _node("db", 20, 30, raw=statement),
                  raw={"function": {"name": function}}, service="scheduler"),
            raw=request,
        )
    )  # fmt: skip
    root, call, query = _read(tmp_path / "r.json", report)
    assert (root.name, root.kind, root.service) == (
        "POST /v2.1/servers",
        "server",
        "nova-api",
    )
    assert (call.name, call.parent_id, call.service) == (
        "SchedulerManager.select_destinations",
        root.span_id,
        "nova-scheduler",
    )
    assert (query.name, query.kind, query.parent_id) == (
        "db SELECT",
        "client",
        call.span_id,
    )
    assert {span.trace_id for span in (root, call, query)} == {BASE.replace("-", "")}
    assert root.duration_ns == 90_000_000


def test_times_are_relative_where_the_messages_are_gone(tmp_path: Path) -> None:
    """Milliseconds since the first call."""
    (span,) = _read(tmp_path / "r.json", _report(_node("compute_api", 5, 12)))
    assert (span.name, span.start_ns, span.end_ns) == (
        "compute_api",
        5_000_000,
        12_000_000,
    )


def test_a_failed_call_is_an_error(tmp_path: Path) -> None:
    """The text None is osprofiler's word for no exception."""
    good, bad = _read(
        tmp_path / "r.json",
        _report(
            _node("rpc", 0, 1, exception="None"),
            _node("rpc", 2, 3, exception="NoValidHost"),
        ),
    )
    assert (good.status, bad.status) == ("unset", "error")
    assert bad.attributes["error.type"] == "NoValidHost"


def test_a_broken_call_costs_only_itself(tmp_path: Path) -> None:
    """It is told; its neighbours stay."""
    path = tmp_path / "r.json"
    path.write_text(json.dumps(_report({"info": 5}, 7, _node("rpc", 0, 1))))
    imported = imports.read("osprofiler", path)
    assert [span.name for span in imported.spans] == ["rpc"]
    assert len(imported.warnings) == 2


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"children": 5}', '{"children": []}', "[" * 100_000]
)
def test_what_is_no_report_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    """The file is named."""
    path = tmp_path / "n.json"
    path.write_text(text)
    with pytest.raises(imports.ImportProblem, match=r"n\.json") as problem:
        imports.read("osprofiler", path)
    assert "\n" not in str(problem.value)
