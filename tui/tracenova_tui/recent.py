"""Traces that were saved lately, and the notes kept beside them."""

import json
import os
import time
from pathlib import Path

_SHOWN = 12


def folder() -> Path:
    """Return where boots are saved unless the user names a file."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    return state / "tracenova" / "traces"


def traces() -> list[Path]:
    """Return the traces saved last, newest first."""
    try:
        found = [(path.stat().st_mtime, path) for path in folder().glob("*.otlp.jsonl")]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)[:_SHOWN]]


def title(path: Path) -> str:
    """Return a trace's name and age."""
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        return path.name
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if age_s >= size:
            return f"{path.name.removesuffix('.otlp.jsonl')}   {age_s / size:.0f} {unit} ago"
    return f"{path.name.removesuffix('.otlp.jsonl')}   just now"


def read_notes(path: Path | None) -> dict[int, str]:
    """Return the notes about a trace, {} when there are none or they cannot be read."""
    try:
        text = _notes_of(path).read_text("utf-8") if path else "{}"
        return {int(seq): str(note) for seq, note in json.loads(text).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write_notes(path: Path | None, notes: dict[int, str]) -> None:
    """Keep the notes beside the trace; a trace that was never saved has no place."""
    if path is not None:
        _notes_of(path).write_text(json.dumps(notes, indent=1), encoding="utf-8")


def _notes_of(path: Path) -> Path:
    return path.with_name(path.name + ".notes.json")
