"""For documentation: boot a lab now, and draw what happened.

The boot runs in a process of its own, through the same command that a reader would type.
"""

import functools
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tracenova.trace.trace import Trace
from tracenova_diagrams import svg
from tracenova_diagrams.diagram import Diagram
from tracenova_diagrams.escape import xml
from tracenova_diagrams.options import KINDS, LEVELS, DiagramError, Options

_TIMEOUT_S = 240.0
_FIGURE = "margin:1em 0;overflow-x:auto"
_SWITCHES = frozenset(("expand", "table"))


@dataclass(frozen=True, slots=True)
class Request:
    """What an author wrote: a lab, and how to draw it."""

    lab: str
    options: Options
    table: bool = False


def parsed(words: str) -> Request:
    """Return what ``default kind=sequence level=services table`` asks for.

    Raises:
        DiagramError: a word is not understood.
    """
    lab, *rest = shlex.split(words) or ["default"]
    given = dict(word.partition("=")[::2] for word in rest)
    return request(lab, given)


def request(lab: str, given: dict[str, str]) -> Request:
    """Return what options by name ask for.

    Raises:
        DiagramError: an option or its value is unknown.
    """
    known = {"kind": KINDS, "level": LEVELS}
    for name, value in given.items():
        if name in known and value not in known[name]:
            raise DiagramError(f"{name}={value}: one of {', '.join(known[name])}")
        if name not in known and name not in ("title", "focus", "hide", *_SWITCHES):
            raise DiagramError(f"{name}: not an option of a diagram")
    options = Options(
        kind=given.get("kind", "sequence"),  # type: ignore[arg-type]
        level=given.get("level", "services"),  # type: ignore[arg-type]
        title=given.get("title") or lab,
        focus=_names(given.get("focus", "")),
        hide=_names(given.get("hide", "")),
        expand="expand" in given,
    )
    return Request(lab, options, "table" in given)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def embedded(wanted: Request) -> str:
    """Return HTML: the picture, and its table when it is asked for.

    Raises:
        DiagramError: the lab does not exist, or could not be booted.
    """
    trace = booted(wanted.lab)
    rows = _rows(trace) if wanted.table else ""
    picture = svg.embedded(Diagram(trace, wanted.options).scene())
    return f'<figure class="tracenova" style="{_FIGURE}">\n{picture}{rows}</figure>\n'


def _rows(trace: Trace) -> str:
    head = "<tr><th>hop</th><th>from</th><th>to</th><th>kind</th><th>what</th></tr>"
    rows = "".join(
        f"<tr><td>{hop.seq}</td><td>{xml(hop.from_)}</td><td>{xml(hop.to)}</td>"
        f"<td>{hop.kind}</td><td>{xml(hop.method)}</td></tr>\n"
        for hop in trace.hops()
    )
    return f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody></table>\n"


@functools.cache
def booted(lab: str) -> Trace:
    """Boot a lab once for all pictures of a documentation build; return it stabilised.

    Raises:
        DiagramError: it could not be booted.
    """
    with tempfile.TemporaryDirectory(prefix="tracenova-") as folder:
        saved = Path(folder) / "boot.otlp.jsonl"
        command = [
            "boot",
            "--lab",
            lab,
            "--virt",
            "fake",
            "--json",
            "--save",
            str(saved),
        ]
        program = "from tracenova.cli import main; raise SystemExit(main())"
        done = subprocess.run(
            [sys.executable, "-c", program, *command],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise DiagramError(f"lab {lab}: {done.stderr.strip() or 'did not boot'}")
        return Trace.load(saved).stabilised()
