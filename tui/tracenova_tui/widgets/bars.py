"""The thin bars around a view: title, tabs, the scrub bar in time, what is held."""

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from tracenova_tui import paint
from tracenova_tui.clocktext import since
from tracenova_tui.ink import Line, Piece, cut, wide
from tracenova_tui.player import Player


class Bar(Widget):
    """One line of pieces."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pieces: Line = []

    def on_mount(self) -> None:
        """Follow the theme."""
        self.watch(self.app, "theme", self._repaint, init=False)

    def show(self, pieces: Line) -> None:
        """Show other pieces."""
        if pieces != self.pieces:
            self.pieces = pieces
            self.refresh()

    def _repaint(self) -> None:
        self.refresh()

    def render(self) -> Text:
        """Return the line."""
        looks = paint.styles(self.app.current_theme)
        text = Text(no_wrap=True, overflow="ellipsis")
        for piece in self.pieces:
            text.append(piece.text, looks.get(piece.role))
        return text


class TabBar(Bar):
    """The views by number; the one that is shown stands out."""

    class Chosen(Message):
        """The user clicked a view."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, names: list[tuple[str, str]], id: str | None = None) -> None:
        super().__init__(id=id)
        self._names = names
        self.active = 0
        self._ends: list[int] = []

    def choose(self, index: int) -> None:
        """Show another view as the active one."""
        self.active = index
        self._lay_out()

    def on_resize(self) -> None:
        """Use long names where they fit."""
        self._lay_out()

    def _lay_out(self) -> None:
        room = sum(wide(long) + 4 for long, _ in self._names)
        pieces: Line = []
        self._ends, at = [], 0
        for index, (long, short) in enumerate(self._names):
            name = long if room <= self.size.width else short
            text = f" {(index + 1) % 10} {name} "
            pieces.append(Piece(text, "accent" if index == self.active else "dim"))
            at += wide(text)
            self._ends.append(at)
        self.show(pieces)

    def on_click(self, event: events.Click) -> None:
        """Choose the view under the mouse."""
        for index, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Chosen(index))
                return


class ScrubBar(Bar):
    """Where the cursor is in time; a click moves it there."""

    class Scrubbed(Message):
        """The user wants to be at a part of the story, from 0 to 1."""

        def __init__(self, part: float) -> None:
            super().__init__()
            self.part = part

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._length = 1

    def paint(self, player: Player, state: str, right: str) -> None:
        """Show where the player is; left of it the state, right of it a summary."""
        hops = len(player.story.hops)
        width = self.size.width
        self._length = max(8, min(60, width // 3))
        done = round(self._length * (player.at + 1) / hops) if hops else 0
        mark = "▶" if player.playing else "⏸" if player.veiled else "◂"
        pieces = [
            Piece(f" {mark} ", "key"),
            Piece("▮" * done, "bar"),
            Piece("▯" * (self._length - done), "dim"),
            Piece(" ▸ ", "key"),
        ]
        left = width - self._length - 6
        here = since(player.now_ns - player.story.begins_ns) if hops else ""
        text = f" {player.at + 1 if hops else 0} of {hops} hops {here}  {state}"
        space = left - wide(text) - wide(right) - 1
        full = text + (" " * space + right if space > 1 else "")
        self.show([*pieces, Piece(cut(full, left))])

    def on_click(self, event: events.Click) -> None:
        """Scrub to the place under the mouse."""
        self.post_message(self.Scrubbed(max(0, min(1, (event.x - 3) / self._length))))
