"""A sheet: heads that stay, lines that scroll, and the span that each line is about."""

from collections.abc import Sequence
from typing import Any

from tracenova_tui.ink import Line, plain
from tracenova_tui.player import Player
from tracenova_tui.story import Story


class Sheet:
    """One view of a story. Lines are made when they are looked at.

    Args:
        story: what is shown.
        player: where the cursor is.

    Attributes:
        name: the tab's name.
        help: what the view shows and which keys it has, a line each.
        empty: what is said when there is nothing to show.
    """

    name = ""
    help: Sequence[str] = ()
    empty = "Nothing to show in this trace."

    def __init__(self, story: Story, player: Player) -> None:
        self.story = story
        self.player = player

    def __len__(self) -> int:
        """How many lines there are."""
        return 0

    def arrange(self, width: int) -> None:
        """Get ready for a width; called before lines are asked for."""

    def width(self, width: int) -> int:
        """Return how many columns the sheet takes of those there are, or more."""
        return width

    def head(self, width: int) -> list[Line]:
        """Return the lines that stay while others scroll."""
        return []

    def spoken_head(self, width: int) -> list[Line]:
        """Return the head without anything drawn, for reading aloud."""
        return self.head(width)

    def line(self, at: int, width: int) -> Line:
        """Return one line."""
        raise NotImplementedError

    def span_at(self, at: int) -> str | None:
        """Return the span that a line is about."""
        return None

    def line_of(self, span_id: str) -> int | None:
        """Return the line of a span, or of the nearest span above it."""
        return None

    def current(self) -> int | None:
        """Return the line of the cursor in time."""
        hop = self.player.hop
        found = self.line_of(self.player.span_id) if self.player.span_id else None
        if found is None and hop is not None:
            found = self.line_of(hop.span_id)
        return found

    def is_edited(self) -> bool:
        """Say whether the user has changed what the sheet shows."""
        return False

    def is_future(self, at: int) -> bool:
        """Say whether the line is about something after the cursor in time."""
        return False

    def text(self, at: int) -> str:
        """Return a line to search in and to copy."""
        return plain(self.line(at, 160))

    def detail(self, at: int) -> list[Line] | None:
        """Return what the pane says about a line; None: what it says about its hop."""
        return None

    def data(self) -> Any:
        """Return the view as plain data, for JSON."""
        return [self.text(at) for at in range(len(self))]


class Listed(Sheet):
    """A sheet whose lines are all there from the start."""

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self.lines: list[Line] = []
        self.spans: list[str | None] = []
        self._places: dict[str, int] = {}
        self._built: tuple[Any, ...] | None = None

    def arrange(self, width: int) -> None:
        """Write the lines again when the story or the width has changed."""
        state = (self.story.revision, width, *self.depends())
        if state != self._built:
            self._built = state
            self.lines, self.spans, self._places = [], [], {}
            self.write(width)

    def depends(self) -> tuple[Any, ...]:
        """Return what else changes the lines."""
        return ()

    def write(self, width: int) -> None:
        """Put all lines, with ``put``."""
        raise NotImplementedError

    def put(self, line: Line | None = None, span_id: str | None = None) -> None:
        """Add one line."""
        if span_id is not None:
            self._places.setdefault(span_id, len(self.lines))
        self.lines.append(line or [])
        self.spans.append(span_id)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def line(self, at: int, width: int) -> Line:
        """Return one line."""
        return self.lines[at]

    def span_at(self, at: int) -> str | None:
        """Return the span that a line is about."""
        return self.spans[at] if at < len(self.spans) else None

    def line_of(self, span_id: str) -> int | None:
        """Return the line of a span, or of the nearest span above it."""
        for one in self.story.lineage(span_id):
            if one in self._places:
                return self._places[one]
        return None


class Fixed(Sheet):
    """Lines that are what they are."""

    def __init__(self, story: Story, player: Player, lines: list[Line]) -> None:
        super().__init__(story, player)
        self._lines = lines

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def line(self, at: int, width: int) -> Line:
        """Return one line."""
        return self._lines[at]
