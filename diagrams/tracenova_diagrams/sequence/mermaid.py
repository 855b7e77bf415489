"""A sequence as Mermaid text, in as many parts as Mermaid's limit asks for."""

from collections.abc import Iterator

from tracenova_diagrams.escape import mermaid as escaped
from tracenova_diagrams.graph.texts import mermaid_head
from tracenova_diagrams.metrics import wrapped
from tracenova_diagrams.sequence.model import Item, Message, Note, Participant, Story
from tracenova_diagrams.sequence.rows import merged_notes, waiting

MOST_CHARACTERS = 49_000  # Mermaid refuses 50 000
_MARKS = {
    "http": "",
    "call": "call ",
    "cast": "cast ",
    "fanout": "fanout ",
    "db": "db ",
    "driver": "driver ",
    "notify": "notify ",
}
_NOTE_ROOM = 360.0
_SPACE = "#160;"  # Mermaid makes its notes a little too narrow
_FIRST = "sequenceDiagram\n"


def parts(story: Story) -> list[str]:
    """Return one text for Mermaid, or several when one would be too long."""
    head = _head(story)
    found: list[str] = []
    lines: list[str] = []
    size, group = len(head), ""
    names = {who.name: alias for who, alias in _aliases(story).items()}
    for item in merged_notes(story.items):
        text = "".join(_item(item, names))
        if size + len(text) + 800 > MOST_CHARACTERS and lines:
            found.append(head + "".join(lines) + _close(group, story))
            lines, size, group = [], len(head), ""
        if item.group != group:
            lines.append(_close(group, story) + _open(item.group, story))
            size += len(lines[-1])
            group = item.group
        lines.append(text)
        size += len(text)
    found.append(head + "".join(lines) + _close(group, story) + _foot(story))
    return [
        mermaid_head(story.title, at, len(found)) + _FIRST + part
        for at, part in enumerate(found, 1)
    ]


def _head(story: Story) -> str:
    lines = []
    for who, alias in _aliases(story).items():
        sort = "actor" if who.form == "client" else "participant"
        shown = f"{who.label} @ {who.host}" if who.host else who.label
        lines.append(f"  {sort} {alias} as {escaped(shown)}\n")
    return "".join(lines)


def _foot(story: Story) -> str:
    """Say what this picture leaves out."""
    if not story.omitted or not story.participants:
        return ""
    said = f"Not drawn at this level: {', '.join(story.omitted)}"
    return f"  Note over {_ends(story)}: {escaped(said)}\n"


def _ends(story: Story) -> str:
    last = len(story.participants) - 1
    return f"p0,p{last}" if last else "p0"


def _aliases(story: Story) -> dict[Participant, str]:
    return {who: f"p{at}" for at, who in enumerate(story.participants)}


def _open(group: str, story: Story) -> str:
    title = story.groups.get(group)
    if not title:
        return ""
    return (
        f"  rect rgba(128,128,128,0.12)\n  Note over {_ends(story)}: {escaped(title)}\n"
    )


def _close(group: str, story: Story) -> str:
    return "  end\n" if story.groups.get(group) else ""


def _item(item: Item, names: dict[str, str]) -> Iterator[str]:
    if isinstance(item, Note):
        text = "<br/>".join(
            f"{escaped(part)}{_SPACE}"
            for line in item.lines
            for part in wrapped(line, _NOTE_ROOM)
        )
        yield f"  Note right of {names[item.at]}: {text}\n"
        return
    yield from _message(item, names[item.source], names[item.target])


def _message(message: Message, source: str, target: str) -> Iterator[str]:
    small = message.tag.split(" · ")[1:]
    if message.queued_ns >= 1e6:
        small.append(f"waited {waiting(message.queued_ns)}")
    below = f"<br/>{escaped(' · '.join(small))}" if small else ""
    is_inside = message.is_reply or message.source == message.target
    mark = "" if is_inside else _MARKS[message.kind]
    failed = f" ✗ {message.failed}" if message.failed else ""
    numbers = (
        f"{message.seq}"
        if message.seq == message.last_seq
        else f"{message.seq}–{message.last_seq}"
    )
    text = escaped(f"{numbers} {mark}{message.label}") + below
    shown = "" if message.returns is not None else escaped(failed)
    yield f"  {source}{_arrow(message)}{target}: {text}{shown}\n"
    if message.returns is not None and message.source != message.target:
        back = "--x" if message.failed else "-->>"
        says = escaped(message.returns + failed) or "reply"
        yield f"  {target}{back}{source}: {says}\n"


def _arrow(message: Message) -> str:
    if message.is_reply:
        return "--x" if message.failed else "-->>"
    if message.failed and message.returns is None:
        return "-x"
    return "-)" if message.kind in ("cast", "fanout", "notify") else "->>"
