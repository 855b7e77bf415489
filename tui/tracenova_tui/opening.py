"""Opening traces: read on a thread, the beginning of a long one shown at once."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import get_current_worker

from tracenova.trace.files import TraceFileError
from tracenova.trace.trace import Trace
from tracenova.trace.tree import no_pause
from tracenova_tui import recent
from tracenova_tui.courtesy import in_background
from tracenova_tui.screens.compare import CompareScreen
from tracenova_tui.screens.loading import LoadingScreen
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.sheets.notes import NotesSheet
from tracenova_tui.story import Story

if TYPE_CHECKING:
    from tracenova_tui.app import TracenovaApp

LONG_BYTES = 2_000_000


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
        on_a_thread(self._app, self._read)

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

        def pause() -> None:
            if screen.left:
                raise _Left
            self._app.courtesy.rest()

        def progress(read: int) -> None:
            story.read = read / size
            screen.dirty = True
            pause()

        try:
            whole = prepared(self._path, progress=progress, pause=pause)
            whole.revision = story.revision + 1
            with in_background():
                whole.answer_ahead(pause)
                sheets = screen.written_ahead(whole, pause)
            whole.trace.tree.pause = no_pause
        except _Left:
            return
        except Exception as error:  # noqa: BLE001 - a foreign file may break anything
            said = f"Only its beginning is shown: {complaint(self._path, error)}"
            self._app.call_from_thread(screen.notify, said, severity="error")
            return
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
        on_a_thread(self._app, self._read)

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


def on_a_thread(app: App[Any], work: Callable[[], None]) -> None:
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
    pause: Callable[[], None] = no_pause,
) -> Story:
    """Load a trace and answer the questions that the first view begins with.

    ``pause`` is called now and then on the way, and stays in the trace's tree.

    Raises:
        TraceFileError: the file cannot be shown as a trace.
    """
    with in_background():
        trace = Trace.load(path, at_most, progress)
        trace.tree.pause = pause
        story = Story(trace, path.name.split(".")[0])
        _ = story.spans, story.hops, story.decisions
    return story
