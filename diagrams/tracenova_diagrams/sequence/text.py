"""A sequence as lines of text, for terminals, mails and commit messages."""

from collections.abc import Iterator

from tracenova_diagrams.canvas import Canvas
from tracenova_diagrams.escape import visible
from tracenova_diagrams.metrics import cells, wrapped_cells
from tracenova_diagrams.sequence.columns import numbers
from tracenova_diagrams.sequence.model import Item, Message, Note, Participant, Story
from tracenova_diagrams.sequence.rows import merged_notes, waiting

# tail, stroke, head
_STROKES = {
    "http": ("├", "─", "▶"),
    "call": ("┝", "━", "▶"),
    "cast": ("├", "─", "▷"),
    "fanout": ("╞", "═", "▷"),
    "notify": ("├", "┈", "▷"),
    "db": ("├", "─", "⌸"),
    "driver": ("├", "─", "▣"),
}
_MIRRORED = {"▶": "◀", "▷": "◁", "├": "┤", "┝": "┥", "╞": "╡"}


def render(story: Story, width: int) -> str:
    """Return the picture in lines of at most ``width`` columns."""
    return "\n".join(line.rstrip() for line in _Text(story, width).lines()) + "\n"


class _Text:
    def __init__(self, story: Story, width: int) -> None:
        self._story = story
        self._width = width
        items = list(story.items)
        self._left = max([cells(numbers(item)) for item in items] + [2]) + 1
        self._at = self._places()
        self._right = width

    def _places(self) -> dict[str, int]:
        people = self._story.participants
        room = self._width - self._left - 8
        step = min(18.0, room / max(1, len(people) - 1))
        return {
            who.name: self._left + 3 + round(at * step) for at, who in enumerate(people)
        }

    def lines(self) -> Iterator[str]:
        """Yield title, heads, and then the story."""
        yield from wrapped_cells(visible(self._story.title), self._width)
        yield ""
        yield from self._heads()
        group = ""
        for item in merged_notes(self._story.items):
            if item.group != group:
                group = item.group
                if title := self._story.groups.get(group):
                    yield self._band(title)
            yield from self._item(item)
        yield self._life()
        if self._story.omitted:
            said = f"Not drawn at this level: {', '.join(self._story.omitted)}."
            yield from wrapped_cells(said, self._width)

    def _heads(self) -> Iterator[str]:
        """Yield the names, in as many lines as keep them apart."""
        left = list(self._story.participants)
        done: list[Participant] = []
        while left:
            line, end, later = self._canvas(done), 0, []
            for who in left:
                name = visible(f"{who.label}@{who.host}" if who.host else who.label)
                start = self._at[who.name] - cells(name) // 2
                start = max(0, min(start, self._width - cells(name)))
                if start < end:
                    later.append(who)
                    continue
                line.put(start, name)
                end = start + cells(name) + 1
                done.append(who)
            yield str(line)
            left = later
        yield self._life()

    def _canvas(self, people: list[Participant] | None = None) -> Canvas:
        line = Canvas(self._width)
        shown = self._story.participants if people is None else people
        for who in shown:
            line.put(self._at[who.name], "│")
        return line

    def _life(self) -> str:
        return str(self._canvas())

    def _band(self, title: str) -> str:
        line = self._canvas()
        text = f"╔ {visible(title)} "
        line.put(self._left, text + "═" * (self._width - self._left - cells(text)))
        return str(line)

    def _item(self, item: Item) -> Iterator[str]:
        if isinstance(item, Note):
            yield from self._note(item)
        elif item.source == item.target:
            yield from self._inside(item)
        else:
            yield from self._message(item)

    def _message(self, message: Message) -> Iterator[str]:
        start, end = self._at[message.source], self._at[message.target]
        low, high = min(start, end), max(start, end)
        label = _label(message)
        fits = cells(label) + 6 <= high - low
        if not fits:
            yield from self._said(label, low + 1)
        line = self._canvas()
        line.put(0, numbers(message).rjust(self._left - 1))
        tail, stroke, head = _strokes(message)
        middle = stroke * (high - low - 1)
        if fits:
            spare = high - low - 1 - cells(label)
            middle = stroke * (spare // 2) + label + stroke * (spare - spare // 2)
        forward = start < end
        ends = (tail, head) if forward else (_mirror(head), _mirror(tail))
        line.put(low, ends[0] + middle + ends[1])
        yield str(line)
        if message.returns is not None and (message.returns or message.failed):
            yield from self._answer(message, low, high, forward)

    def _answer(
        self, message: Message, low: int, high: int, forward: bool
    ) -> Iterator[str]:
        said = message.returns or ""
        if message.failed:
            said = f"✗ {message.failed}"
        said = visible(said)
        if cells(said) + 4 > high - low:
            yield from self._said(said, low + 1)
            said = ""
        stroke = "╌" if message.kind == "http" else "┅"
        spare = high - low - 1 - cells(said)
        middle = stroke * (spare // 2) + said + stroke * (spare - spare // 2)
        line = self._canvas()
        ends = ("◀", "┤") if forward else ("├", "▶")
        line.put(low, ends[0] + middle + ends[1])
        yield str(line)

    def _inside(self, message: Message) -> Iterator[str]:
        at = self._at[message.source]
        for number, line in enumerate(self._said(f"▣ {_label(message)}", at + 2)):
            if number:
                yield line
                continue
            named = numbers(message).rjust(self._left - 1)
            yield named + line[self._left - 1 :]

    def _note(self, note: Note) -> Iterator[str]:
        at = self._at[note.at] + 2
        for text in note.lines:
            yield from self._said(f"▏{visible(text)}", at)

    def _said(self, text: str, at: int) -> Iterator[str]:
        """Yield lines of words between the lifelines, moved left where they must."""
        room = self._width - self._left - 2
        for part in wrapped_cells(text, max(20, room)):
            line = self._canvas()
            start = max(self._left, min(at, self._width - cells(part) - 1))
            line.put(start, part)
            yield str(line)


def _label(message: Message) -> str:
    said = visible(message.label)
    if message.kind in ("call", "cast", "fanout") and not message.is_reply:
        parts = [f"{message.kind} {said}", *message.tag.split(" · ")[1:]]
        said = visible(" · ".join(parts))
    if message.queued_ns >= 1e6:
        said += f" ⧖ {waiting(message.queued_ns)}"
    if message.failed and message.returns is None:
        said += f" ✗ {visible(message.failed)}"
    return said


def _strokes(message: Message) -> tuple[str, str, str]:
    if message.is_reply:
        return ("├", "┅" if message.kind == "call" else "╌", "▶")
    return _STROKES[message.kind]


def _mirror(mark: str) -> str:
    return _MIRRORED.get(mark, mark)
