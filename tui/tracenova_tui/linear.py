"""The views one after another as plain lines: for screen readers and pipes."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tracenova.trace.files import TraceFileError
from tracenova.trace.model import Hop
from tracenova_tui.clocktext import duration
from tracenova_tui.ink import escaped, plain
from tracenova_tui.marks import words
from tracenova_tui.player import Player
from tracenova_tui.sheets.detail import kind
from tracenova_tui.story import Story
from tracenova_tui.views import VIEWS


class CannotWrite(Exception):
    """Nothing can be written; the message says why."""


_LEFT_OUT = ("sequence", "source", "topology")


def write(traces: Sequence[Path], lab: str | None, view: str | None) -> int:
    """Write a trace, or how two differ, or say which labs and traces there are.

    Raises:
        CannotWrite: the trace cannot be read, or there is no such view.
    """
    if view is not None and view not in VIEWS:
        raise CannotWrite(f"no view {view!r}; there are: {', '.join(VIEWS)}")
    if lab is not None:
        raise CannotWrite(
            "--plain reads a saved trace; tracenova boot --lab tells a boot in lines"
        )
    for one in lines(traces, view):
        click.echo(one)
    return 0


def lines(traces: Sequence[Path], view: str | None) -> Iterator[str]:
    """Yield everything, line by line."""
    if not traces:
        yield from _welcome()
        return
    stories = [_story(path) for path in traces]
    if len(stories) == 2:
        from tracenova_tui.sheets.compare import CompareSheet

        sheet = CompareSheet(stories[0], Player(stories[0]), stories[1])
        sheet.arrange(_width())
        yield from (plain(sheet.line(at, _width())) for at in range(len(sheet)))
        return
    story = stories[0]
    yield from (f"Warning: {escaped(warning)}" for warning in story.trace.warnings)
    for name in [view] if view else VIEWS:
        if name == "sequence":
            yield from _heading(name)
            yield from (sentence(hop) for hop in story.hops)
        elif view or name not in _LEFT_OUT:
            yield from _view(name, story)


def sentence(hop: Hop) -> str:
    """Return a hop as a sentence, without arrows."""
    failed = f" It failed: {hop.error}." if hop.status == "error" else ""
    took = f", took {duration(hop.duration_ns)}" if hop.duration_ns else ""
    queued = f", waited {duration(hop.queued_ns)} in the queue" if hop.queued_ns else ""
    source = f" Nova: {hop.source}." if hop.source else ""
    to = f"to {hop.to}" if hop.to != hop.from_ else "itself"
    what = f"{hop.seq}. {hop.from_} {to}, {kind(hop)}: {words(hop)}"
    return escaped(f"{what}{queued}{took}.{failed}{source}")


def _view(name: str, story: Story) -> Iterator[str]:
    player = Player(story)
    player.end()
    sheet = VIEWS[name](story, player)
    width = _width()
    sheet.arrange(width)
    yield from _heading(name)
    if not len(sheet):
        yield sheet.empty
    yield from (plain(head) for head in sheet.spoken_head(width))
    yield from (plain(sheet.line(at, width)) for at in range(len(sheet)))


def _width() -> int:
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def _heading(name: str) -> Iterator[str]:
    yield ""
    yield f"== {name.title()} =="


def _story(path: Path) -> Story:
    try:
        from tracenova_tui.opening import prepared

        return prepared(path)
    except TraceFileError as error:
        raise CannotWrite(escaped(str(error))) from None


def _welcome() -> Iterator[str]:
    from tracenova_tui import labs, recent

    yield "Labs (tracenova boot --lab NAME):"
    yield from (f"  {lab.name}: {lab.title}" for lab in labs.known())
    yield "Recent traces (tracenova tui --plain FILE):"
    yield from (f"  {path}" for path in recent.traces())
