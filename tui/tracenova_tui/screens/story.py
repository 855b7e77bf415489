"""The screen of one story: a view, a pane beside it, one cursor in time over both."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Footer, Input

from tracenova_tui import lessons
from tracenova_tui.feed import BusSeen, Event, LabState, Said, SpanSeen, Told
from tracenova_tui.live.held import Held, is_about
from tracenova_tui.live.lab import LiveLab
from tracenova_tui.pace import Pace
from tracenova_tui.player import Player
from tracenova_tui.screens import keys, titles
from tracenova_tui.screens.finding import Finding
from tracenova_tui.screens.holding import Holding
from tracenova_tui.screens.moving import Moving
from tracenova_tui.screens.writing import Writing
from tracenova_tui.sheets.base import Fixed, Sheet
from tracenova_tui.sheets.detail import DetailSheet
from tracenova_tui.sheets.hosts import HostsSheet
from tracenova_tui.sheets.lesson import LessonSheet
from tracenova_tui.sheets.sequence import SequenceSheet
from tracenova_tui.sheets.topology import TopologySheet
from tracenova_tui.story import Story
from tracenova_tui.views import SHORT, VIEWS
from tracenova_tui.widgets.bars import Bar, ScrubBar, TabBar
from tracenova_tui.widgets.lines import LineView

_WIDE_ENOUGH = 120
_WRITTEN_AHEAD = ("sequence", "scheduler", "states", "hosts")


class StoryScreen(Moving, Finding, Holding, Writing):
    """Views of one trace, saved or live.

    Args:
        story: the trace.
        live: the lab that it comes from, None for a saved one.
        path: where the trace is kept.
    """

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings()

    def __init__(
        self, story: Story, live: LiveLab | None = None, path: Path | None = None
    ) -> None:
        super().__init__(story, live, path)
        self._pace = Pace()
        self.lab_said = ""
        self.left = False

    def commands(self) -> list[tuple[str, str, str]]:
        """Return title, keys and action of what can be done here, for the palette."""
        return keys.commands()

    # --- layout -----------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield Bar(id="title")
        yield TabBar([(name.title(), SHORT[name]) for name in VIEWS], id="tabs")
        with Horizontal(id="body"):
            yield LineView(id="view")
            yield LineView(id="pane")
        yield Bar(id="held")
        yield Input(id="find", placeholder="find", compact=True)
        yield ScrubBar(id="scrub")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show the first view."""
        self.app.stories.append(self)
        self.query_one("#find", Input).display = False
        self.query_one("#held").display = False
        self._fit(self.app.size.width, self.app.size.height)
        self.view.show(
            self.sheets[self.view_name], self.sheets[self.view_name].current()
        )
        self.view.focus()
        self.show_all()
        if (page := lessons.beside(self.path)) is not None:
            self.read_beside(page)

    def on_unmount(self) -> None:
        """Be told nothing any more, and ask nothing."""
        self.left = True
        self.stop_asking()
        self.app.stories.remove(self)

    def on_resize(self, event: events.Resize) -> None:
        """Show what there is room for."""
        self._fit(event.size.width, event.size.height)
        self.call_after_refresh(self.show_all)

    def _fit(self, width: int, height: int) -> None:
        self.set_class(height < 12, "low")
        wanted = (
            ("hop" if width >= _WIDE_ENOUGH else "")
            if self.pane_name is None
            else self.pane_name
        )
        self.pane.display = bool(wanted)
        self.set_class(width < _WIDE_ENOUGH, "narrow")

    # --- time -------------------------------------------------------------------

    def happened(self, events_: list[Event]) -> None:
        """Take in what the live lab told since the last time."""
        spans = [event.span for event in events_ if isinstance(event, SpanSeen)]
        if spans:
            self.story.add(spans)
        for event in events_:
            if isinstance(event, LabState):
                wrong = self.lab_said.startswith(titles.WRONG)
                if event.text or not wrong or event.state != "ready":
                    self.lab_said = event.text
                if event.state == "failed":
                    self.notify(
                        event.text,
                        title="The lab stopped",
                        severity="error",
                        timeout=20,
                    )
                elif event.state == "ready" and not event.text and not self.story.hops:
                    self.action_boot()
            elif isinstance(event, Told) and event.topic == "hosts":
                hosts = self.sheets["hosts"]
                assert isinstance(hosts, HostsSheet)
                hosts.tell(event.answer)
            elif isinstance(event, BusSeen):
                self.bus_changed()
            elif isinstance(event, Said):
                self._told(event)
        self.dirty = True
        self._pace.heard()

    def _told(self, said: Said) -> None:
        """Show what the lab has to say; what went wrong stays in the title."""
        wrong = said.severity == "error"
        if wrong or self.lab_said.startswith(titles.WRONG):
            self.lab_said = f"{titles.WRONG if wrong else ''}{said.text}"
        self.notify(
            said.text,
            severity=said.severity,
            timeout=20 if wrong else 5,
            markup=False,
        )

    def tick(self, passed_s: float) -> None:
        """Let time pass: play, and show what is new, when it is worth its cost."""
        if self.player.tick(passed_s):
            self.moved()
        if self._pace.is_due(passed_s, dirty=self.dirty):
            self.dirty = False
            with self._pace.measured():
                self.player.grown()
                self.moved()

    def written_ahead(
        self, whole: Story, pause: Callable[[], None]
    ) -> dict[str, Sheet]:
        """Write the long views of a story that this one will become; on a thread."""
        found: dict[str, Sheet] = {}
        width = max(1, self.view.scrollable_content_region.width)
        for name in _WRITTEN_AHEAD:
            sheet = found[name] = VIEWS[name](whole, Player(whole))
            if isinstance(sheet, SequenceSheet):
                sheet.level = self.sequence.level
                sheet.condensed = self.sequence.condensed
            sheet.arrange(width)
            pause()
        return found

    def become(self, whole: Story, sheets: dict[str, Sheet]) -> None:
        """Show the whole of the story whose beginning was shown until now."""
        self.story.become(whole)
        for name, sheet in sheets.items():
            if not self.sheets[name].is_edited():
                sheet.story, sheet.player = self.story, self.player
                self.sheets[name] = sheet
        self.view.show(self.sheet, self._line_of_cursor())
        self.dirty = True
        spans, hops = len(self.story.trace.spans), len(self.story.hops)
        self.notify(f"Read: {spans} spans, {hops} hops")

    # --- showing ----------------------------------------------------------------

    def moved(self) -> None:
        """Bring all views to the cursor in time."""
        self.view.renew(self._line_of_cursor())
        self.show_all()

    def _line_of_cursor(self) -> int | None:
        self.sheet.arrange(max(1, self.view.scrollable_content_region.width))
        return self.sheet.current()

    def show_all(self) -> None:
        """Show pane and bars as things are now."""
        self._show_pane()
        title = titles.title(self.story, self.player, self.live, self.lab_said)
        self.query_one("#title", Bar).show(title)
        self._show_held()
        self.query_one("#tabs", TabBar).choose(list(VIEWS).index(self.view_name))
        right = (
            self.sequence.summary() if self.view_name == "sequence" else self.view_name
        )
        if self.player.veiled:
            right = "Esc shows what comes after · " + right
        self.query_one(ScrubBar).paint(
            self.player, titles.state(self.story, self.player), right
        )

    def _show_pane(self) -> None:
        if not self.pane.display:
            return
        sheet = self.panes[self.pane_name or "hop"]
        detail = self.sheet.detail(self.view.at)
        if detail is not None and isinstance(sheet, DetailSheet):
            sheet = Fixed(self.story, self.player, detail)
        sheet.arrange(max(1, self.pane.scrollable_content_region.width))
        still = isinstance(sheet, (DetailSheet, Fixed, LessonSheet))
        at = None if still else sheet.current() or 0
        self.pane.show(sheet, at)

    def _show_held(self) -> None:
        if self.live is None:
            return
        held = self.live.held()
        bar = self.query_one("#held", Bar)
        waiting = (
            bool(held) or self.live.gate.stepping or bool(self.live.gate.breakpoints)
        )
        bar.display = waiting
        bar.show(self.held_line(held, self.app.size.width))
        self.sequence.held = self._held_spans(held)
        topology = self.sheets["topology"]
        assert isinstance(topology, TopologySheet)
        topology.held = tuple(one.words() for one in held)

    def _held_spans(self, held: list[Held]) -> frozenset[str]:
        """Return the spans of the messages that are held."""
        left, found = list(held), set[str]()
        for hop in reversed(self.story.hops if held else []):
            span = self.story.span(hop.span_id)
            about = [one for one in left if span is not None and is_about(one, span)]
            if about:
                found.add(hop.span_id)
                left.remove(about[0])
            if not left:
                break
        return frozenset(found)

    # --- the user -----------------------------------------------------------------

    def on_line_view_moved(self, event: LineView.Moved) -> None:
        """Let the cursor in time follow the cursor of the view."""
        if event.view is not self.view:
            return
        span_id = self.sheet.span_at(event.at)
        if span_id is not None:
            self.player.follows = False
            hops = (
                self.sequence.hops_at(event.at) if self.view_name == "sequence" else ()
            )
            if hops:
                self.player.go(hops[0].seq - 1)
            elif span_id != self.player.span_id:
                self.player.select(span_id)
        self.view.renew()
        self.show_all()

    def on_line_view_opened(self, event: LineView.Opened) -> None:
        """Tell a condensed row in full, or go to the pane."""
        in_sequence = event.view is self.view and self.view_name == "sequence"
        if in_sequence and len(self.sequence.hops_at(event.at)) > 1:
            self.action_condense()
            return
        if event.view is self.view and self.view_name == "scheduler":
            self.ask_turns()
            return
        self.action_other_side()

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        """Show the view whose tab was clicked."""
        self.action_view(list(VIEWS)[event.index])

    def on_scrub_bar_scrubbed(self, event: ScrubBar.Scrubbed) -> None:
        """Move in time to where the bar was clicked."""
        self.player.scrub(event.part)
        self.moved()
