"""One file that works offline: the picture with search, zoom and what lies behind it."""

import json
from importlib import resources
from typing import Any

from tracenova.trace.trace import Trace
from tracenova_diagrams import svg
from tracenova_diagrams.escape import visible, xml
from tracenova_diagrams.kinds import filters
from tracenova_diagrams.options import Options
from tracenova_diagrams.palette import DARK, LIGHT
from tracenova_diagrams.scene import Scene
from tracenova_diagrams.table.model import Table, Words

_ENVELOPE = (
    "message_id",
    "operation",
    "topic",
    "server",
    "version",
    "version_cap",
    "endpoint_version",
    "namespace",
    "size",
    "request_id",
    "delivered",
    "acked",
    "args",
    "result",
)


def page(trace: Trace, options: Options, scene: Scene) -> str:
    """Return the whole page; nothing in it asks for anything from elsewhere."""
    data = {
        "hops": _hops(trace) if options.kind == "sequence" else {},
        "matrices": _matrices(trace) if options.kind == "sequence" else {},
        "head": scene.head_height,
        "width": scene.width,
        "height": scene.height,
    }
    packed = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    picture = svg.render(scene)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{xml(scene.title)}</title>\n"
        f"<style>{_part('page.css')}{_themes()}</style>\n</head>\n<body>\n"
        f"<header><h1>{xml(scene.title)}</h1>{_part('controls.html')}</header>\n"
        f'<main id="stage" tabindex="0" aria-label="{xml(scene.about)}">'
        f'<div id="heads" aria-hidden="true"></div><div id="sheet">{picture}</div></main>\n'
        f'<aside id="details" hidden aria-live="polite"></aside>\n'
        f'<script type="application/json" id="data">{packed}</script>\n'
        f"<script>{_part('page.js')}{_part('print.js')}</script>\n</body>\n</html>\n"
    )


def _part(name: str) -> str:
    return (
        resources.files("tracenova_diagrams").joinpath("web", name).read_text("utf-8")
    )


def _themes() -> str:
    dark = svg.rules(DARK, only_colours=True, within="[data-theme=dark] ")
    return svg.rules(LIGHT, only_colours=True, within="[data-theme=light] ") + dark


def _hops(trace: Trace) -> dict[str, dict[str, Any]]:
    """Return every hop by its number, with the envelope of its message."""
    envelopes = {message.span_id: message for message in trace.messages()}
    found: dict[str, dict[str, Any]] = {}
    for hop in trace.hops():
        row = {key: value for key, value in hop.to_dict().items() if value is not None}
        row["error"] = hop.error
        message = envelopes.get(hop.span_id)
        if message is not None and not hop.is_reply:
            row["envelope"] = {key: getattr(message, key) for key in _ENVELOPE}
        found[str(hop.seq)] = _clean(row)
    return found


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _clean(member) for key, member in value.items()}
    return value


def _matrices(trace: Trace) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table in filters.sheet(trace, Options()).tables:
        attempt = table.key.removeprefix("funnel-")
        found.setdefault(attempt, []).append(_table(table))
    return found


def _table(table: Table) -> dict[str, Any]:
    kept = [at for at, column in enumerate(table.columns) if column.kind != "bar"]
    return {
        "title": visible(table.title),
        "columns": [visible(table.columns[at].head) for at in kept],
        "rows": [
            [
                {"text": visible(cell.text), "tone": cell.tone}
                for cell in (row[at] for at in kept)
                if isinstance(cell, Words)
            ]
            for row in table.rows
        ],
        "notes": [visible(note) for note in table.notes],
    }
