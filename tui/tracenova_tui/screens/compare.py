"""Two traces side by side, aligned; what differs is marked."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer

from tracenova_tui.ink import line
from tracenova_tui.player import Player
from tracenova_tui.screens.dialogs import Help
from tracenova_tui.sheets.compare import CompareSheet
from tracenova_tui.story import Story
from tracenova_tui.widgets.bars import Bar
from tracenova_tui.widgets.lines import LineView

_KEYS = [
    ("n", "Next difference"),
    ("p", "Previous difference"),
    ("↑ ↓", "Move"),
    ("q Esc", "Back"),
]


class CompareScreen(Screen[None]):
    """Shows how two stories differ."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "difference(1)", "Next difference"),
        Binding("p", "difference(-1)", "Previous"),
        Binding("question_mark", "help", "Help"),
        Binding("q,escape", "app.pop_screen", "Back"),
    ]

    def __init__(self, left: Story, right: Story) -> None:
        super().__init__()
        self._left, self._right = left, right
        self.sheet = CompareSheet(left, Player(left), right)

    def compose(self) -> ComposeResult:
        """Lay out the comparison."""
        yield Bar(id="title")
        yield LineView(id="view")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show both."""
        title = line(
            (" tracenova ", "accent"), f" {self._left.name}  ⇄  {self._right.name}"
        )
        self.query_one("#title", Bar).show(title)
        view = self.query_one("#view", LineView)
        view.show(self.sheet)
        view.focus()

    def action_difference(self, by: int) -> None:
        """Go to the next difference."""
        view = self.query_one("#view", LineView)
        at = self.sheet.next_difference(view.at, by)
        if at is None:
            self.notify("No more differences that way")
        else:
            view.action_move_to(at)
            view.jump_to(None, max(0, at - view.size.height // 2))

    def action_help(self) -> None:
        """Say what is shown."""
        self.app.push_screen(Help("Compare", self.sheet.help, _KEYS))
