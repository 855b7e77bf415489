"""Reports of ``osprofiler trace show --json``: a tree of calls, as a trace.

Times in the tree are milliseconds since the first call; where the raw messages are
still in it (``meta.raw_payload.NAME-start`` and ``-stop``), theirs are exact.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tracenova.trace import names
from tracenova.trace.imports import Imported, ImportProblem
from tracenova.trace.model import Span, SpanKind, StatusCode, Value

Json = dict[str, Any]
_MOST_BYTES: Final = 256 * 1024 * 1024
_KINDS: Final[dict[str, SpanKind]] = {"wsgi": "server", "db": "client"}
_RAW: Final = "meta.raw_payload."


def read(path: Path) -> Imported:
    """Return the calls of the report.

    Raises:
        ImportProblem: it is no such report.
    """
    report = _loaded(path)
    reader = _Reader(path)
    spans = [span for child in report["children"] for span in reader.spans(child, None)]
    if not spans:
        raise ImportProblem(f"{path}: no call is in the report")
    return Imported(spans, reader.warnings)


def _loaded(path: Path) -> Json:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ImportProblem(f"{path}: more than {_MOST_BYTES} bytes")
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImportProblem(f"{path}: {error.strerror or error}") from error
    except RecursionError as error:
        raise ImportProblem(f"{path}: nested too deeply") from error
    except ValueError as error:
        raise ImportProblem(f"{path}: not JSON: {error}") from error
    if not isinstance(report, dict) or not isinstance(report.get("children"), list):
        raise ImportProblem(f"{path}: no report of osprofiler (no list of children)")
    return report


class _Reader:
    def __init__(self, path: Path) -> None:
        self.warnings: list[str] = []
        self._trace_id = hashlib.sha256(str(path).encode()).hexdigest()[:32]
        self._base_ns = 0
        self._count = 0

    def spans(self, root: Any, parent: str | None) -> Iterator[Span]:
        """Yield the call and all below it; nesting costs no recursion."""
        waiting: list[tuple[Any, str | None]] = [(root, parent)]
        while waiting:
            node, above = waiting.pop()
            span = self._span(node, above)
            if span is None:
                continue
            yield span
            children = node.get("children")
            if isinstance(children, list):
                waiting += [(child, span.span_id) for child in reversed(children)]

    def _span(self, node: Any, parent: str | None) -> Span | None:
        self._count += 1
        info = node.get("info") if isinstance(node, dict) else None
        if not isinstance(info, dict) or not isinstance(info.get("name"), str):
            self.warnings.append(
                f"call {self._count} has no name; left out with its own"
            )
            return None
        kind = info["name"]
        started, stopped = (
            _mapping(info.get(f"{_RAW}{kind}-{end}")) for end in ("start", "stop")
        )
        told = _mapping(started.get("info"))
        base_id = str(started.get("base_id") or "").replace("-", "")
        if len(base_id) == 32:
            self._trace_id = base_id
        start_ns = self._time_ns(started, info.get("started"))
        error = _mapping(stopped.get("info")).get("etype") or info.get("exception")
        failed = error not in (None, "", "None")
        status: StatusCode = "error" if failed else "unset"
        return Span(
            trace_id=self._trace_id,
            span_id=_span_id(node, self._count),
            parent_id=parent,
            name=_name(kind, told),
            kind=_KINDS.get(kind, "internal"),
            start_ns=start_ns,
            end_ns=max(start_ns, self._time_ns(stopped, info.get("finished"))),
            attributes={
                **_attributes(kind, told),
                **({names.ERROR_TYPE: str(error)} if failed else {}),
                names.ORDER: f"{self._count}.1",
            },
            resource=_resource(info),
            status=status,
        )

    def _time_ns(self, message: Json, relative_ms: Any) -> int:
        stamp = message.get("timestamp")
        if isinstance(stamp, str):
            try:
                moment = datetime.datetime.fromisoformat(stamp)
            except ValueError:
                self.warnings.append(f"call {self._count}: no time: {stamp[:40]!r}")
            else:
                if moment.tzinfo is None:
                    moment = moment.replace(tzinfo=datetime.UTC)
                found = round(moment.timestamp() * 1e6) * 1000
                self._base_ns = self._base_ns or found
                return found
        late_ms = relative_ms if isinstance(relative_ms, int | float) else 0
        return self._base_ns + round(late_ms * 1e6)


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _span_id(node: Json, count: int) -> str:
    text = str(node.get("trace_id") or count)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _name(kind: str, told: Json) -> str:
    request, function = _mapping(told.get("request")), _mapping(told.get("function"))
    if request.get("method"):
        return f"{request['method']} {request.get('path', '')}".strip()
    if function.get("name"):
        return ".".join(str(function["name"]).rsplit(".", 2)[-2:])
    statement = str(_mapping(told.get("db")).get("statement") or "").split()
    return f"{kind} {statement[0]}" if statement else kind


def _attributes(kind: str, told: Json) -> dict[str, Value]:
    request, function = _mapping(told.get("request")), _mapping(told.get("function"))
    found: dict[str, Value] = {"osprofiler.name": kind}
    if request.get("method"):
        found[names.HTTP_METHOD] = str(request["method"])
        found[names.URL_PATH] = str(request.get("path", ""))
    if function.get("name"):
        found[names.CODE_FUNCTION] = str(function["name"])
    statement = str(_mapping(told.get("db")).get("statement") or "")
    if statement:
        found[names.DB_OPERATION] = statement.split(maxsplit=1)[0].upper()
        found["db.query.text"] = statement
    return found


def _resource(info: Json) -> dict[str, Value]:
    project, service = (str(info.get(key) or "") for key in ("project", "service"))
    named = "-".join(part for part in (project, service) if part and part != "None")
    return {names.SERVICE_NAME: named, names.HOST_NAME: str(info.get("host") or "")}
