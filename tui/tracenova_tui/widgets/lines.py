"""The one widget that shows a sheet: sticky heads, a cursor, only visible lines made."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tracenova_tui import paint
from tracenova_tui.ink import Line, Piece, line, plain
from tracenova_tui.sheets.base import Sheet


class LineView(ScrollView, can_focus=True):
    """Shows a sheet of any length; asks it for the lines on the screen alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="up"),
        Binding("down,j", "move(1)", "Down", show=False, id="down"),
        Binding("pageup,ctrl+u", "move_page(-1)", "Page up", show=False, id="page_up"),
        Binding(
            "pagedown,ctrl+d", "move_page(1)", "Page down", show=False, id="page_down"
        ),
        Binding("home", "move_to(0)", "First", show=False, id="first"),
        Binding("end,G", "move_to(-1)", "Last", show=False, id="last"),
        Binding("left,h", "scroll_sideways(-8)", "Left", show=False, id="left"),
        Binding("right,l", "scroll_sideways(8)", "Right", show=False, id="right"),
        Binding("enter", "open", "Open", show=False, id="open"),
    ]

    class Moved(Message):
        """The user moved the cursor to a line."""

        def __init__(self, view: "LineView", at: int) -> None:
            super().__init__()
            self.view = view
            self.at = at

        @property
        def control(self) -> "LineView":
            """The view whose cursor moved."""
            return self.view

    class Opened(Moved):
        """The user pressed Enter on a line, or clicked it twice."""

    def __init__(self, sheet: Sheet | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet = sheet
        self.at = 0
        self.term = ""
        self.only: list[int] | None = None
        self._styles: dict[str, Style] = {}
        self._base = Style()
        self._columns = 1
        self._shown_heads: list[Line] = []

    def on_mount(self) -> None:
        """Follow the theme."""
        self.watch(self.app, "theme", self.repaint, init=False)

    # --- what is shown --------------------------------------------------------

    def show(self, sheet: Sheet, at: int | None = None) -> None:
        """Show another sheet."""
        if sheet is not self.sheet:
            self.only = None
            self.sheet, self.at = sheet, 0
            self.jump_to(0, 0)
        self.renew(at)

    def renew(self, at: int | None = None, *, to_top: bool = False) -> None:
        """Look at the sheet again; move the cursor to a line, if one is given."""
        if self.sheet is None:
            return
        self.sheet.arrange(self._room)
        self._measure()
        if at is not None:
            self.at = at
            if to_top:
                self.jump_to(None, self.row_of(at))
            self.bring_into_view()
        self.at = max(0, min(self.at, len(self.sheet) - 1))
        self.refresh()

    def jump_to(self, x: int | None, y: int | None) -> None:
        """Scroll at once, without animation."""
        self.scroll_to(x, y, animate=False, immediate=True, force=True)

    @property
    def _room(self) -> int:
        return max(1, self.scrollable_content_region.width)

    @property
    def _heads(self) -> list[Line]:
        """Return what stays above; of much of it one line, where there is no room."""
        heads = self.sheet.head(self._room) if self.sheet else []
        return heads if 2 * len(heads) <= self.size.height else heads[:1]

    @property
    def _rows(self) -> int:
        if self.only is not None:
            return len(self.only)
        return len(self.sheet) if self.sheet else 0

    def _measure(self) -> None:
        assert self.sheet is not None
        heads = len(self._heads)
        width = self.sheet.width(self._room)
        self.virtual_size = Size(width, heads + max(self._rows, 1))

    def line_at(self, row: int) -> int:
        """Return the sheet's line at a row; they differ while filtered."""
        return self.only[row] if self.only is not None else row

    def row_of(self, line: int) -> int:
        """Return the row where a line is, or the nearest there is."""
        if self.only is None:
            return line
        return max(0, bisect_right(self.only, line) - 1)

    # --- painting ---------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines of the screen; what all of them need is found out once."""
        self._base, self._shown_heads = self.rich_style, self._heads
        self._columns = self._room
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen."""
        width = self.size.width
        if self.sheet is None:
            return Strip.blank(width, self._base)
        heads = self._shown_heads
        x = int(self.scroll_offset.x)
        if y < len(heads):
            return self._strip(heads[y], x, width)
        row = int(self.scroll_offset.y) + y - len(heads)
        if self._rows == 0:
            return self._strip(self._nothing(y - len(heads)), 0, width)
        if row >= self._rows:
            return Strip.blank(width, self._base)
        at = self.line_at(row)
        pieces = self.sheet.line(at, self._columns)
        if self.term:
            pieces = marked(pieces, self.term)
        if self.sheet.player.veiled and self.sheet.is_future(at):
            pieces = [Piece(piece.text, "faint") for piece in pieces]
        return self._strip(pieces, x, width, here=at == self.at)

    def _nothing(self, y: int) -> Line:
        assert self.sheet is not None
        if y == 1:
            text = (
                "No line matches the filter."
                if self.only is not None
                else self.sheet.empty
            )
            return line("  ", (text, "dim"))
        return []

    def _strip(self, pieces: Line, x: int, width: int, *, here: bool = False) -> Strip:
        base = self._base
        looks = self._looks()
        if here:
            base += looks["cursor"] if self.has_focus else looks.get("resting", Style())
            if pieces and pieces[0].text[:1] == " ":
                pieces = [
                    Piece("▸", "accent"),
                    Piece(pieces[0].text[1:], pieces[0].role),
                    *pieces[1:],
                ]
        segments = []
        for text, role in pieces:
            style = looks.get(role)
            if style and (style.underline or style.reverse or base.reverse):
                segments += upon_words(text, style, base)
            else:
                segments.append(Segment(text, base + style if style else base))
        return Strip(segments).crop_extend(x, x + width, base)

    def _looks(self) -> dict[str, Style]:
        if not self._styles:
            self._styles = paint.styles(self.app.current_theme)
        return self._styles

    def repaint(self) -> None:
        """Take over another theme."""
        self._styles = {}
        self.refresh()

    # --- moving -----------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Lay the sheet out again."""
        self.renew()
        self.call_after_refresh(self.bring_into_view)

    def bring_into_view(self) -> None:
        """Scroll so that the cursor can be seen."""
        heads = len(self._heads)
        room = max(1, self.scrollable_content_region.height - heads)
        top = int(self.scroll_offset.y)
        row = self.row_of(self.at)
        if row < top:
            self.jump_to(None, row)
        elif row >= top + room:
            self.jump_to(None, row - room + 1)

    def _go(self, row: int) -> None:
        if self.sheet is None or not self._rows:
            return
        self.at = self.line_at(max(0, min(row, self._rows - 1)))
        self.bring_into_view()
        self.refresh()
        self.post_message(self.Moved(self, self.at))

    def action_move(self, by: int) -> None:
        """Move the cursor so many lines."""
        self._go(self.row_of(self.at) + by)

    def action_move_page(self, by: int) -> None:
        """Move the cursor a screenful."""
        self._go(
            self.row_of(self.at) + by * max(1, self.size.height - len(self._heads) - 1)
        )

    def action_move_to(self, row: int) -> None:
        """Move the cursor to the first (0) or the last (-1) line."""
        self._go(self._rows - 1 if row < 0 else row)

    def action_scroll_sideways(self, by: int) -> None:
        """Scroll to the side."""
        self.jump_to(max(0, int(self.scroll_offset.x) + by), None)

    def action_open(self) -> None:
        """Open the line under the cursor."""
        self.post_message(self.Opened(self, self.at))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor where the user clicks; a second click opens the line."""
        row = int(self.scroll_offset.y) + event.y - len(self._heads)
        if self.sheet is None or event.y < len(self._heads) or row >= self._rows:
            return
        self._go(row)
        if event.chain > 1:
            self.action_open()


def upon_words(text: str, style: Style, base: Style) -> list[Segment]:
    """Return the text in a style that would be seen on the blanks around it, too."""
    words = text.strip(" ")
    at = text.index(words) if words else len(text)
    parts = (text[:at], base), (words, base + style), (text[at + len(words) :], base)
    return [Segment(part, its) for part, its in parts if part]


def marked(pieces: Iterable[Piece], term: str) -> Line:
    """Return the line with every match of the term as a piece of its own."""
    pieces = list(pieces)
    text = "".join(piece.text for piece in pieces)
    found, at = set[int](), text.lower().find(term.lower())
    while at >= 0:
        found.update(range(at, at + len(term)))
        at = text.lower().find(term.lower(), at + len(term))
    if not found:
        return pieces
    result: Line = []
    place = 0
    for piece in pieces:
        for char in piece.text:
            role = "found" if place in found else piece.role
            if result and result[-1].role == role:
                result[-1] = Piece(result[-1].text + char, role)
            else:
                result.append(Piece(char, role))
            place += 1
    return result


__all__ = ["LineView", "marked", "plain"]
