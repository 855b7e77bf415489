"""A sequence as PlantUML text."""

from collections.abc import Iterator

from tracenova_diagrams.escape import plantuml as escaped
from tracenova_diagrams.palette import LIGHT
from tracenova_diagrams.sequence.columns import numbers
from tracenova_diagrams.sequence.model import Form, Item, Message, Note, Story
from tracenova_diagrams.sequence.rows import merged_notes, waiting

_SORTS: dict[Form, str] = {
    "client": "actor",
    "service": "participant",
    "neighbour": "participant",
    "database": "database",
    "bus": "collections",
    "driver": "participant",
}
_ARROWS = {
    "http": "->",
    "call": "-[bold]>",
    "cast": "->>",
    "fanout": "->>o",
    "db": "->",
    "driver": "->",
    "notify": "-[dotted]>>",
}
_FAILED = f"[{LIGHT['fail']}]"
_WORDS = {"db": "db ", "driver": "driver "}  # their arrows are like others'
_SHADES = {
    "plain": "",
    "good": f" {LIGHT['goodnote']}",
    "fail": f" {LIGHT['failnote']}",
    "ref": f" {LIGHT['paper']}",
}
_COLOURS = {
    "backgroundColor": LIGHT["paper"],
    "sequenceArrowColor": LIGHT["ink"],
    "sequenceLifeLineBorderColor": LIGHT["line"],
    "sequenceGroupBorderColor": LIGHT["line"],
    "sequenceGroupBackgroundColor": LIGHT["band"],
    "participantBackgroundColor": LIGHT["head"],
    "participantBorderColor": LIGHT["accent"],
    "actorBackgroundColor": LIGHT["head"],
    "actorBorderColor": LIGHT["accent"],
    "databaseBackgroundColor": LIGHT["paper"],
    "databaseBorderColor": LIGHT["line"],
    "collectionsBackgroundColor": LIGHT["paper"],
    "collectionsBorderColor": LIGHT["line"],
    "noteBackgroundColor": LIGHT["note"],
    "noteBorderColor": LIGHT["noteline"],
}


def render(story: Story) -> str:
    """Return the text, from @startuml to @enduml."""
    return "".join(_lines(story))


def _lines(story: Story) -> Iterator[str]:
    names = {who.name: f"p{at}" for at, who in enumerate(story.participants)}
    yield "@startuml\n!pragma teoz true\nskinparam shadowing false\nhide footbox\n"
    yield from (f"skinparam {name} {colour}\n" for name, colour in _COLOURS.items())
    yield f"title {escaped(story.title)}\n"
    for who in story.participants:
        host = f"\\n{escaped(who.host)}" if who.host else ""
        yield f'{_SORTS[who.form]} "{escaped(who.label)}{host}" as {names[who.name]}\n'
    group = ""
    for item in merged_notes(story.items):
        if item.group != group:
            yield from _turn(group, item.group, story)
            group = item.group
        yield from _item(item, names)
    yield from _turn(group, "", story)
    if story.omitted:
        yield f"footer Not drawn at this level: {escaped(', '.join(story.omitted))}\n"
    yield "@enduml\n"


def _turn(old: str, new: str, story: Story) -> Iterator[str]:
    if story.groups.get(old):
        yield "end\n"
    if title := story.groups.get(new):
        yield f"group {escaped(title)}\n"


def _item(item: Item, names: dict[str, str]) -> Iterator[str]:
    if isinstance(item, Note):
        text = "\\n".join(escaped(line) for line in item.lines)
        yield f"note right of {names[item.at]}{_SHADES[item.tone]}: {text}\n"
        return
    yield from _message(item, names[item.source], names[item.target])


def _message(message: Message, source: str, target: str) -> Iterator[str]:
    means = message.tag
    if message.queued_ns >= 1e6:
        means += f" · waited {waiting(message.queued_ns)}"
    tag = f"\\n<size:10>{escaped(means)}</size>" if means else ""
    failed = f"\\n✗ {escaped(message.failed)}" if message.failed else ""
    arrow = _ARROWS[message.kind]
    if message.is_reply:
        arrow = f"-{_FAILED}->x" if message.failed else "-->"
    elif message.failed and message.returns is None:
        arrow = f"-{_FAILED}>x"
    said = "" if source == target or message.is_reply else _WORDS.get(message.kind, "")
    shown = failed if message.returns is None else ""
    label = escaped(f"{numbers(message)} {said}{message.label}")
    yield f"{source} {arrow} {target} : {label}{tag}{shown}\n"
    if message.returns is not None and message.source != message.target:
        back = f"-{_FAILED}->x" if message.failed else "-->"
        yield f"{target} {back} {source} : {escaped(message.returns)}{failed}\n"
