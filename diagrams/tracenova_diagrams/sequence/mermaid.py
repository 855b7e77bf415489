"""A sequence as Mermaid text, in as many parts as Mermaid's limit asks for."""

from collections.abc import Iterator

from tracenova_diagrams.escape import mermaid as escaped
from tracenova_diagrams.sequence.model import Item, Message, Note, Story
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
_FIRST = "sequenceDiagram\n"


def parts(story: Story) -> list[str]:
    """Return one text for Mermaid, or several when one would be too long."""
    head = _head(story)
    found: list[str] = []
    lines: list[str] = []
    size, group = len(head), ""
    names = _aliases(story)
    for item in merged_notes(story.items):
        text = "".join(_item(item, names))
        if size + len(text) + 400 > MOST_CHARACTERS and lines:
            found.append(head + "".join(lines) + _close(group, story))
            lines, size, group = [], len(head), ""
        if item.group != group:
            lines.append(_close(group, story) + _open(item.group, story))
            size += len(lines[-1])
            group = item.group
        lines.append(text)
        size += len(text)
    found.append(head + "".join(lines) + _close(group, story))
    return found


def _head(story: Story) -> str:
    lines = [_FIRST]
    for who, alias in _aliases(story).items():
        lines.append(f"  participant {alias} as {escaped(_shown(who, story))}\n")
    return "".join(lines)


def _aliases(story: Story) -> dict[str, str]:
    return {who.name: f"p{at}" for at, who in enumerate(story.participants)}


def _shown(name: str, story: Story) -> str:
    who = next(p for p in story.participants if p.name == name)
    return f"{who.label} @ {who.host}" if who.host else who.label


def _open(group: str, story: Story) -> str:
    title = story.groups.get(group)
    if not title:
        return ""
    ends = f"p0,p{len(story.participants) - 1}" if len(story.participants) > 1 else "p0"
    return f"  rect rgba(128,128,128,0.12)\n  Note over {ends}: {escaped(title)}\n"


def _close(group: str, story: Story) -> str:
    return "  end\n" if story.groups.get(group) else ""


def _item(item: Item, names: dict[str, str]) -> Iterator[str]:
    if isinstance(item, Note):
        text = "<br/>".join(escaped(line) for line in item.lines)
        yield f"  Note right of {names[item.at]}: {text}\n"
        return
    yield from _message(item, names[item.source], names[item.target])


def _message(message: Message, source: str, target: str) -> Iterator[str]:
    small = message.tag.split(" · ")[1:]
    if message.queued_ns >= 1e6:
        small.append(f"waited {waiting(message.queued_ns)}")
    below = f"<br/>{escaped(' · '.join(small))}" if small else ""
    mark = "" if message.is_reply else _MARKS[message.kind]
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
        says = escaped(message.returns + failed) or "·"
        yield f"  {target}{back}{source}: {says}\n"


def _arrow(message: Message) -> str:
    if message.is_reply:
        return "--x" if message.failed else "-->>"
    if message.failed and message.returns is None:
        return "-x"
    return "-)" if message.kind in ("cast", "fanout", "notify") else "->>"
