"""Opening traces: read on a thread, the beginning of a long one shown at once."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import get_current_worker

from tracenova.trace.files import TraceFileError
from tracenova.trace.trace import Trace
from tracenova_tui import recent
from tracenova_tui.screens.compare import CompareScreen
from tracenova_tui.screens.loading import LoadingScreen
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.sheets.notes import NotesSheet
from tracenova_tui.story import Story

if TYPE_CHECKING:
    from tracenova_tui.app import TracenovaApp

LONG_BYTES = 2_000_000
_SOON_S = 0.000_5


class Opening:
    """One trace, or two to compare, on their way to the screen.

    Args:
        app: where they are shown.
        path: the trace.
        other: another, to be compared with it.
    """

    def __init__(
        self, app: "TracenovaApp", path: Path, other: Path | None = None
    ) -> None:
        self._app = app
        self._path = path
        self._other = other
        self._loading = LoadingScreen(path)

    def begin(self) -> None:
        """Show that the trace is being read, and read it on a thread."""
        self._app.push_screen(self._loading)
        in_background(self._app, self._read)

    def _read(self) -> None:
        worker = get_current_worker()
        try:
            long = self._other is None and self._path.stat().st_size > LONG_BYTES
            story = prepared(self._path, LONG_BYTES if long else None)
            second = prepared(self._other) if self._other is not None else None
        except Exception as error:  # noqa: BLE001 - a foreign file may break anything
            said = complaint(self._path, error)
            self._app.call_from_thread(self._loading.failed, said)
            return
        story.whole = not long
        if worker.is_cancelled:
            return
        screen = self._app.call_from_thread(self._show, story, second)
        if screen is not None and long:
            self._read_whole(screen)

    def _show(self, story: Story, second: Story | None) -> StoryScreen | None:
        if self._loading not in self._app.screen_stack:
            return None  # the user did not want to wait
        screen = StoryScreen(story, path=self._path)
        notes = screen.sheets["notes"]
        assert isinstance(notes, NotesSheet)
        notes.notes = recent.read_notes(self._path)
        self._app.switch_screen(screen)
        if second is not None:
            self._app.push_screen(CompareScreen(story, second))
        return screen

    def _read_whole(self, screen: StoryScreen) -> None:
        """Let a story whose beginning is shown become the whole one.

        All that the views will ask is answered here, so that no key waits for it.
        """
        story, size = screen.story, self._path.stat().st_size

        def progress(read: int) -> None:
            if screen.left:
                raise _Left
            story.read = read / size
            screen.dirty = True

        try:
            whole = prepared(self._path, progress=progress)
        except _Left:
            return
        except Exception as error:  # noqa: BLE001 - a foreign file may break anything
            said = f"Only its beginning is shown: {complaint(self._path, error)}"
            self._app.call_from_thread(screen.notify, said, severity="error")
            return
        whole.revision = story.revision + 1
        with _in_background():
            whole.answer_ahead()
            sheets = screen.written_ahead(whole)
        self._app.call_from_thread(screen.become, whole, sheets)


class _Left(Exception):
    """Nobody looks any more at what is being read."""


class Comparing:
    """A trace on its way beside a story that is shown."""

    def __init__(self, app: "TracenovaApp", story: Story, path: Path) -> None:
        self._app = app
        self._story = story
        self._path = path
        self._loading = LoadingScreen(path)

    def begin(self) -> None:
        """Show that the trace is being read, and read it on a thread."""
        self._app.push_screen(self._loading)
        in_background(self._app, self._read)

    def _read(self) -> None:
        try:
            second = prepared(self._path)
        except Exception as error:  # noqa: BLE001 - said on the screen
            said = complaint(self._path, error)
            self._app.call_from_thread(self._loading.failed, said)
            return
        self._app.call_from_thread(self._show, second)

    def _show(self, second: Story) -> None:
        if self._loading in self._app.screen_stack:
            self._app.switch_screen(CompareScreen(self._story, second))


def in_background(app: App[Any], work: Callable[[], None]) -> None:
    """Do something on a thread; what was being read before is given up."""
    app.run_worker(work, thread=True, exclusive=True, group="load", exit_on_error=False)


def complaint(path: Path, error: Exception) -> str:
    """Return in one line why a file cannot be shown."""
    if isinstance(error, TraceFileError):
        return str(error)
    return f"{path}: {type(error).__name__}: {error}"


def prepared(
    path: Path,
    at_most: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Story:
    """Load a trace and answer the questions that the first view begins with.

    Raises:
        TraceFileError: the file cannot be shown as a trace.
    """
    with _in_background():
        trace = Trace.load(path, at_most, progress)
        story = Story(trace, path.name.split(".")[0])
        _ = story.spans, story.hops, story.decisions
    return story


@contextmanager
def _in_background() -> Iterator[None]:
    """Work hard on a thread without making the screen wait.

    Millions of new objects are made, none of them garbage: looking for some costs as
    much as reading the file, and would stop the screen for half a second each time. A
    key needs the interpreter some twenty times, and may have it soon each time.
    """
    was_on, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SOON_S)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.freeze()
        if was_on:
            gc.enable()
