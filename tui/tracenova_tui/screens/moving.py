"""Moving about: in time, between views, and back."""

from tracenova_tui import lessons
from tracenova_tui.screens.common import PANES, Common
from tracenova_tui.screens.dialogs import Choose, Help
from tracenova_tui.screens.keys import helped
from tracenova_tui.sheets.levels import LEVELS
from tracenova_tui.views import VIEWS


class Moving(Common):
    """Actions that move the cursor in time, or look at it elsewhere."""

    # --- in time ------------------------------------------------------------------

    def action_next(self) -> None:
        """Deliver the next held message; when none is held, step one hop on."""
        if not self.deliver_next():
            self.player.step(1)
            self.moved()

    def action_back(self) -> None:
        """Step one hop back."""
        self.player.step(-1)
        self.moved()

    def action_play(self) -> None:
        """Play from here, or pause."""
        self.player.toggle()
        self.moved()

    def action_speed(self, by: int) -> None:
        """Play faster or slower."""
        self.player.faster(by)
        self.show_all()

    def action_scrub(self, part: float) -> None:
        """Move a part of the story."""
        hops = max(1, len(self.story.hops) - 1)
        self.player.scrub(max(0.0, min(1.0, self.player.at / hops + part)))
        self.moved()

    def action_follow(self) -> None:
        """Go to the end, and stay there while it grows."""
        self.player.end()
        self.moved()

    def action_lift(self) -> None:
        """Show everything again: lift the veil, end finding, forget the filter."""
        self.player.veiled = False
        self.player.playing = False
        self.stop_asking()
        self.end_finding()
        self.moved()

    # --- between views --------------------------------------------------------------

    def action_view(self, name: str) -> None:
        """Show another view, at the same place in time."""
        if name not in VIEWS:
            return
        self.view_name = name
        self.view.only = None
        self.view.show(self.sheets[name], None)
        self.moved()
        self.view.focus()

    def action_next_view(self, by: int) -> None:
        """Show the next view."""
        names = list(VIEWS)
        self.action_view(names[(names.index(self.view_name) + by) % len(names)])

    def action_jump(self, name: str) -> None:
        """Look at the hop under the cursor in another view."""
        self.trail.append((self.view_name, self.player.at, self.player.span_id))
        if name == "states":
            self._to_state()
        self.action_view(name)

    def _to_state(self) -> None:
        """Move to the change of state at or before the cursor."""
        before = self.story.change_at(self.player.now_ns)
        if before is not None:
            self.player.select(before.span_id)

    def action_return(self) -> None:
        """Go back to where the last jump began."""
        if not self.trail:
            self.notify("No jump to come back from")
            return
        name, at, span_id = self.trail.pop()
        self.player.at, self.player.span_id = at, span_id
        self.action_view(name)

    def action_why_not(self) -> None:
        """Go to the next host that was refused, and say why."""
        sheet = self.scheduler
        arrived = self.view_name != "scheduler"
        if arrived:
            self.action_jump("scheduler")
        at = sheet.next_refused(-1 if arrived else self.view.at)
        if at is None:
            self.notify("No host was refused in this trace")
            return
        self.view.renew(at)
        self.show_all()

    # --- how it is shown --------------------------------------------------------------

    def action_level(self) -> None:
        """Show the next level of the sequence."""
        sheet = self.sequence
        sheet.level = LEVELS[(LEVELS.index(sheet.level) + 1) % len(LEVELS)]
        span_id = self.player.span_id
        self.action_view("sequence")
        if span_id and (place := self.story.place_of(span_id)) is not None:
            self.player.at = place
        self.moved()

    def action_condense(self) -> None:
        """Condense repeats, or tell each."""
        self.sequence.condensed = not self.sequence.condensed
        self.moved()

    def action_pane(self) -> None:
        """Show the next thing beside the view."""
        shown = (self.pane_name or "hop") if self.pane.display else ""
        names = [name for name in PANES if name != "lesson" or self.lesson.page]
        self.pane_name = names[(names.index(shown) + 1) % len(names)]
        self.pane.display = bool(self.pane_name)
        self.call_after_refresh(self.moved)

    def action_lesson(self) -> None:
        """Choose a page of the course, and show it in the pane."""
        found = lessons.pages(self.path)
        if not found:
            self.notify("No lessons came along with this installation")
            return

        def chosen(index: int | None) -> None:
            if index is not None:
                self.read_beside(found[index])

        self.app.push_screen(
            Choose("Read beside the trace", [page.title for page in found]), chosen
        )

    def read_beside(self, page: lessons.Page) -> None:
        """Show a page of the course in the pane."""
        self.lesson.page = page.text()
        self.pane_name = "lesson"
        self.pane.display = True
        self.call_after_refresh(self.show_all)

    def action_other_side(self) -> None:
        """Move between the view and the pane; show the pane where it is hidden."""
        if self.pane.has_focus:
            if self.has_class("narrow"):
                self.pane.display = False
                self.pane_name = ""
            self.view.focus()
        else:
            if not self.pane.display:
                self.pane_name = "hop"
                self.pane.display = True
            self.pane.focus()
        self.call_after_refresh(self.show_all)

    def action_help(self) -> None:
        """Say what the view shows, and every key."""
        about = [*self.sheet.help]
        about += [f"Warning: {text}" for text in self.story.trace.warnings[:20]]
        self.app.push_screen(Help(self.sheet.name, about, helped()))

    def action_leave(self) -> None:
        """Go back to the welcome screen."""
        self.app.leave_story(self.live)
