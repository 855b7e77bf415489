"""The application: opens traces, starts labs, drains the feed, knows the themes."""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import get_current_worker

from tracenova.trace.files import TraceFileError
from tracenova.trace.trace import Trace
from tracenova_tui import keymap, paint, recent
from tracenova_tui.feed import Feed
from tracenova_tui.live.lab import LiveLab
from tracenova_tui.screens.loading import LoadingScreen
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.screens.welcome import WelcomeScreen
from tracenova_tui.sheets.notes import NotesSheet
from tracenova_tui.story import Story
from tracenova_tui.views import VIEWS
from tracenova_tui.widgets.bars import Bar
from tracenova_tui.widgets.lines import LineView

TICK_S = 0.05
LONG_BYTES = 2_000_000


class TracenovaApp(App[None]):
    """The terminal UI.

    Args:
        traces: one trace to open, or two to compare.
        lab: a lab to start at once.
        theme: dark, light, ansi or mono; mono when NO_COLOR is set.
    """

    TITLE = "tracenova"
    CSS_PATH = "tracenova.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="quit"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True, id="interrupt"),
    ]

    def __init__(
        self,
        traces: Sequence[Path] = (),
        lab: str | None = None,
        theme: str | None = None,
        lab_options: dict[str, Any] | None = None,
    ) -> None:
        colourless = bool(os.environ.get("NO_COLOR"))
        super().__init__()
        self._first_traces = list(traces)
        self._first_lab = lab
        self._lab_options = lab_options or {}
        self.feed = Feed()
        self.labs: list[LiveLab] = []
        for one in (paint.DARK, paint.LIGHT, paint.MONO):
            self.register_theme(one)
        self.theme = paint.THEMES[theme or ("mono" if colourless else "dark")]
        self._ticked = time.monotonic()

    # --- life ---------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin with the welcome, or with what was asked for."""
        bindings, problem = keymap.load()
        self.set_keymap(bindings)
        if problem:
            self.notify(problem, severity="warning", markup=False)
        self.theme_changed_signal.subscribe(self, lambda _: self._repaint())
        self.set_interval(TICK_S, self._tick)
        self.push_screen(WelcomeScreen())
        if self._first_traces:
            self.open_trace(*self._first_traces)
        elif self._first_lab is not None:
            self.start_lab(self._first_lab)

    async def action_quit(self) -> None:
        """Stop the labs and leave."""
        for lab in self.labs:
            lab.stop()
        self.exit()

    def _tick(self) -> None:
        now = time.monotonic()
        passed, self._ticked = now - self._ticked, now
        events = list(self.feed.drain())
        for screen in self.screen_stack:
            if isinstance(screen, StoryScreen):
                if screen.live is not None and events:
                    screen.happened(events)
                screen.tick(passed)

    def _repaint(self) -> None:
        for screen in self.screen_stack:
            for view in screen.query(LineView):
                view.repaint()
            for bar in screen.query(Bar):
                bar.refresh()

    # --- what can be opened -----------------------------------------------------------

    def open_trace(self, path: Path, other: Path | None = None) -> None:
        """Open a trace; two are compared."""
        loading = LoadingScreen(path)
        self.push_screen(loading)
        self.run_worker(
            lambda: self._load(path, other, loading), thread=True, exclusive=True, group="load",
            exit_on_error=False,
        )  # fmt: skip

    def _load(self, path: Path, other: Path | None, loading: LoadingScreen) -> None:
        worker = get_current_worker()
        long = False
        try:
            long = other is None and path.stat().st_size > LONG_BYTES
            story = prepared(path, LONG_BYTES if long else None)
            second = prepared(other) if other is not None else None
        except TraceFileError as error:
            self.call_from_thread(loading.failed, str(error))
            return
        except Exception as error:  # noqa: BLE001 - a foreign file may break anything
            self.call_from_thread(
                loading.failed, f"{path}: {type(error).__name__}: {error}"
            )
            return
        if not worker.is_cancelled:
            self.call_from_thread(self._loaded, story, path, second, loading)
        if long and not worker.is_cancelled:
            story.whole = False
            whole = prepared(path)
            self.call_from_thread(self._read_whole, story, whole)

    def _loaded(
        self, story: Story, path: Path, second: Story | None, loading: LoadingScreen
    ) -> None:
        if loading not in self.screen_stack:
            return  # the user did not want to wait
        screen = StoryScreen(story, path=path)
        notes = screen.sheets["notes"]
        assert isinstance(notes, NotesSheet)
        notes.notes = recent.read_notes(path)
        self.switch_screen(screen)
        if second is not None:
            self._show_both(story, second)

    def _read_whole(self, story: Story, whole: Story) -> None:
        """Let a story whose beginning is shown become the whole one."""
        story.become(whole)
        for screen in self.screen_stack:
            if isinstance(screen, StoryScreen) and screen.story is story:
                screen.dirty = True
                screen.notify(
                    f"Read: {len(story.trace.spans)} spans, {len(story.hops)} hops"
                )

    def compare(self, story: Story, path: Path) -> None:
        """Open another trace beside a story."""
        loading = LoadingScreen(path)
        self.push_screen(loading)

        def load() -> None:
            try:
                second = prepared(path)
            except Exception as error:  # noqa: BLE001 - said on the screen
                self.call_from_thread(loading.failed, str(error))
                return
            self.call_from_thread(self._compared, story, second)

        self.run_worker(
            load, thread=True, exclusive=True, group="load", exit_on_error=False
        )

    def _compared(self, story: Story, second: Story) -> None:
        self.pop_screen()
        self._show_both(story, second)

    def _show_both(self, story: Story, second: Story) -> None:
        from tracenova_tui.screens.compare import CompareScreen

        self.push_screen(CompareScreen(story, second))

    def start_lab(self, name: str) -> None:
        """Start a lab; its screen shows how it goes."""
        live = LiveLab(name, self.feed, **self._lab_options)
        self.labs.append(live)
        story = Story(Trace(), name, live=True)
        self.push_screen(StoryScreen(story, live=live))
        live.start()

    def leave_story(self, live: LiveLab | None) -> None:
        """Go back to the welcome screen; a live lab is stopped."""
        if live is not None:
            live.stop()
        self.pop_screen()

    # --- the palette ------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer the views, the labs and the themes by name."""
        for short, name in paint.THEMES.items():
            yield SystemCommand(
                f"Theme: {short}",
                f"Use the {short} theme",
                lambda name=name: self._use(name),
            )
        if isinstance(screen, StoryScreen):
            for view in VIEWS:
                yield SystemCommand(
                    f"View: {view}",
                    f"Show {view}",
                    lambda view=view: screen.action_view(view),
                )
            for binding in screen.BINDINGS:
                if isinstance(binding, Binding) and not binding.action.startswith(
                    "view("
                ):
                    action = binding.action
                    yield SystemCommand(
                        binding.tooltip or binding.description, f"key: {binding.key}",
                        lambda action=action: self.call_later(screen.run_action, action),
                    )  # fmt: skip
        from tracenova_tui import labs

        for lab in labs.known():
            yield SystemCommand(
                f"Lab: {lab.name}",
                lab.title,
                lambda name=lab.name: self.start_lab(name),
            )
        yield SystemCommand("Quit", "Leave tracenova", self.exit)

    def _use(self, theme: str) -> None:
        self.theme = theme


def prepared(path: Path, at_most: int | None = None) -> Story:
    """Load a trace and answer the questions that every view begins with."""
    story = Story(Trace.load(path, at_most), path.name.split(".")[0])
    _ = story.hops, story.spans, story.bars, story.decisions
    return story
