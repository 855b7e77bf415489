"""The application: opens traces, starts labs, drains the feed, knows the themes.

Only what the welcome screen needs is imported at once; the rest comes while somebody
reads it.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tracenova_tui import keymap, labs, paint
from tracenova_tui.courtesy import Courtesy
from tracenova_tui.feed import Feed
from tracenova_tui.screens.welcome import WelcomeScreen

if TYPE_CHECKING:
    from tracenova_tui.live.lab import LiveLab
    from tracenova_tui.screens.story import StoryScreen
    from tracenova_tui.story import Story

TICK_S = 0.05


def _warm_up() -> None:
    """Import what will be wanted next, while the welcome is read."""
    import tracenova_tui.live.lab
    import tracenova_tui.opening  # noqa: F401 - imported to be there


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
    VERTICAL_BREAKPOINTS = [(0, "-low"), (12, "-high")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="quit"),
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True, id="interrupt"),
        Binding("f2", "course", "Course", show=False, id="course"),
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
        self.courtesy = Courtesy()
        self.bench: Any = None  # where lessons run; None: in processes of their own
        self.labs: list[LiveLab] = []
        self.stories: list[StoryScreen] = []
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
        self.set_interval(TICK_S, self._tick)
        self.push_screen(WelcomeScreen())
        if self._first_traces:
            self.open_trace(*self._first_traces)
        elif self._first_lab is not None:
            self.start_lab(self._first_lab)
        else:
            self.call_after_refresh(self.run_worker, _warm_up, thread=True)

    async def on_event(self, event: events.Event) -> None:
        """Let those who work on threads know that somebody waits."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded:
            self.courtesy.pressed()
        await super().on_event(event)

    async def action_quit(self) -> None:
        """Stop the labs and leave."""
        for story in self.stories:
            story.stop_asking()
        for lab in self.labs:
            lab.stop()
        self.exit()

    def _tick(self) -> None:
        now = time.monotonic()
        passed, self._ticked = now - self._ticked, now
        events = list(self.feed.drain())
        for screen in self.stories:
            if screen.live is not None and events:
                screen.happened(events)
            screen.tick(passed)

    # --- what can be opened -----------------------------------------------------------

    def open_trace(self, path: Path, other: Path | None = None) -> None:
        """Open a trace; two are compared."""
        from tracenova_tui.opening import Opening

        Opening(self, path, other).begin()

    def compare(self, story: "Story", path: Path) -> None:
        """Open another trace beside a story."""
        from tracenova_tui.opening import Comparing

        Comparing(self, story, path).begin()

    def start_lab(self, name: str) -> None:
        """Start a lab; its screen shows how it goes."""
        from tracenova.trace.trace import Trace
        from tracenova_tui.live.lab import LiveLab
        from tracenova_tui.screens.story import StoryScreen
        from tracenova_tui.story import Story

        live = LiveLab(name, self.feed, **self._lab_options)
        self.labs.append(live)
        story = Story(Trace(), Path(name).stem, live=True)
        self.push_screen(StoryScreen(story, live=live))
        live.start()

    def action_course(self) -> None:
        """Let the user choose a lesson of the course."""
        from tracenova_tui.screens.lessons import choose

        choose(self)

    def open_lesson(self, name: str) -> None:
        """Begin a lesson, or go on with it."""
        from tracenova_tui.screens.lessons import open_lesson

        open_lesson(self, name)

    def leave_story(self, live: "LiveLab | None") -> None:
        """Go back to the welcome screen; a live lab is stopped."""
        if live is not None:
            live.stop()
        self.pop_screen()

    # --- the palette ------------------------------------------------------------------

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer the views, the keys, the labs and the themes by name."""
        for short, name in paint.THEMES.items():
            yield SystemCommand(
                f"Theme: {short}",
                f"Use the {short} theme",
                lambda name=name: self._use(name),
            )
        for story in self.stories:
            if story is screen:
                for title, about, action in story.commands():
                    yield SystemCommand(title, about, self._doing(story, action))
        yield SystemCommand("Course", "Choose a lesson (key: F2)", self.action_course)
        for lab in labs.known():
            yield SystemCommand(
                f"Lab: {lab.name}",
                lab.title,
                lambda name=lab.name: self.start_lab(name),
            )
        yield SystemCommand("Quit", "Leave tracenova", self.exit)

    def _doing(self, screen: Screen[Any], action: str) -> Callable[[], None]:
        return lambda: self.call_later(screen.run_action, action)  # type: ignore[return-value]

    def _use(self, theme: str) -> None:
        self.theme = theme
