"""Level services: the whole story on one page, in at most 25 arrows.

What a service asks of the same neighbour in one stretch becomes one arrow; a build that
goes like an earlier one is told by pointing at it; many hosts become one lifeline.
"""

import re
from collections import Counter
from collections.abc import Iterable

from tracenova_diagrams.sequence.condense import together
from tracenova_diagrams.sequence.model import Item, Message, Note
from tracenova_diagrams.sequence.notes import state_note

MOST_ARROWS = 25
_SHOWN_WORDS = 3
_SHOWN_OPERATIONS = 2
_BETWEEN = " · "
_LATEST = re.compile(r"v\d[\d.]*|\{.*\}")


def told(items: list[Item], titles: dict[str, str]) -> list[Item]:
    """Return the page-size story."""
    short = [_shortened(item) for item in items]
    joined = _joined(short)
    if _arrows(joined) > MOST_ARROWS:
        joined = _refer_back(joined, titles)
    if _arrows(joined) > MOST_ARROWS:
        joined = _refer_back(_joined(_one_lifeline(short)), titles)
    return joined


def _arrows(items: Iterable[Item]) -> int:
    return sum(isinstance(item, Message) for item in items)


def _shortened(item: Item) -> Item:
    if isinstance(item, Note) or item.kind != "http":
        return item
    verb, _, path = item.method.partition(" ")
    if verb.isdecimal():
        return item._replace(label=item.method.partition(" {")[0])
    text = f"{verb} {_resource(path)}"
    one = "/{id}" if path.partition(" (")[0].endswith("}") else ""
    return item._replace(label=text + one, method=text)


def _resource(path: str) -> str:
    path = path.partition(" (")[0].partition("?")[0]
    _, found, action = path.partition("/action ")
    if found:
        return action
    parts = [part for part in path.split("/") if part and not _LATEST.fullmatch(part)]
    return f"/{parts[-1]}" if parts else path


def _joined(items: Iterable[Item]) -> list[Item]:
    """Join what is alike within a stretch of one service's work."""
    stretch = _Stretch()
    for item in items:
        stretch.take(item)
    return stretch.items


class _Stretch:
    def __init__(self) -> None:
        self.items: list[Item] = []
        self._open: dict[tuple[str, ...], int] = {}
        self._methods: dict[int, dict[str, None]] = {}
        self._operations: dict[int, Counter[str]] = {}
        self._who = ""
        self._group = ""

    def take(self, item: Item) -> None:
        if item.group != self._group:
            self._begin("")
            self._group = item.group
        if isinstance(item, Note):
            self._take_note(item)
            return
        if item.source != self._who:
            self._begin(item.source)
        if item.returns is None and not self._repeats(item):
            self._pause(item.source)
            self._add(item)
        else:
            self._join(item)

    def _begin(self, who: str) -> None:
        self._open.clear()
        self._who = who

    def _pause(self, who: str) -> None:
        """After a message nobody waits for, only calls may still join."""
        self._open = {
            key: at for key, at in self._open.items() if key[:2] == (who, "call")
        }
        self._who = who

    def _repeats(self, item: Message) -> bool:
        last = self.items[-1] if self.items else None
        return (
            isinstance(last, Message)
            and (last.source, last.target, last.kind)
            == (item.source, item.target, item.kind)
            and last.method == item.method
            and not item.is_reply
        )

    def _add(self, item: Message) -> int:
        self.items.append(item)
        at = len(self.items) - 1
        self._methods[at] = {item.method: None}
        self._operations[at] = Counter(_operation(item))
        return at

    def _join(self, item: Message) -> None:
        key = (item.source, item.kind, item.target)
        at = self._open.get(key)
        if at is None and self._repeats(item):
            at = len(self.items) - 1
        known = self.items[at] if at is not None else None
        if at is None or not isinstance(known, Message) or item.failed or known.failed:
            self._open[key] = self._add(item)
            return
        self._methods[at][item.method] = None
        self._operations[at].update(_operation(item))
        joined = together(known, item, _words(list(self._methods[at])))
        self.items[at] = _with_operations(joined, self._operations[at])

    def _take_note(self, note: Note) -> None:
        key = (note.at, "state", note.name)
        at = self._open.get(key) if note.kind == "state" else None
        known = self.items[at] if at is not None else None
        merged = _merged(known, note) if isinstance(known, Note) else None
        if at is not None and merged is not None:
            self.items[at] = merged
            return
        if note.tone == "fail":
            self._begin("")
        self.items.append(note)
        if note.kind == "state":
            self._open[key] = len(self.items) - 1


def _operation(message: Message) -> list[str]:
    """Return what is asked of an object: ``Instance.save``; nothing of others."""
    is_one = message.method.startswith("object_")
    return message.tag.split(_BETWEEN)[2:3] if is_one else []


def _with_operations(message: Message, operations: Counter[str]) -> Message:
    """Say in the small line what is asked of objects most often."""
    if not operations:
        return message
    often = operations.most_common(_SHOWN_OPERATIONS)
    said = ", ".join(f"{n}\u00a0×\u00a0{name}" if n > 1 else name for name, n in often)
    more = " …" if len(operations) > len(often) else ""
    parts = message.tag.split(_BETWEEN)[:2]
    return message._replace(tag=_BETWEEN.join([*parts, said + more]))


def _merged(known: Note, note: Note) -> Note | None:
    """Return one note of a state for two, None when they do not go together."""
    if note.tone != known.tone:
        return None
    if note.steps == known.steps:
        count = known.stands_for + 1
        line = state_note(note.at, note.name, note.steps).lines[0]
        return known._replace(lines=(f"{count} × {line}",), stands_for=count)
    if known.steps[-1] != note.steps[0] or known.stands_for > 1:
        return None
    merged = state_note(note.at, note.name, known.steps + note.steps[1:], note.group)
    return merged._replace(seq=note.seq)


def _words(methods: list[str]) -> str:
    """Return several methods in few words: ``GET /networks, /ports``."""
    if len(methods) == 1:
        return methods[0]
    pairs = [method.partition(" ") for method in methods]
    if all(verb.isupper() and path for verb, _, path in pairs):
        verbs = "/".join(dict.fromkeys(verb for verb, _, _ in pairs))
        paths = list(dict.fromkeys(path.removeprefix("/") for _, _, path in pairs))
        return f"{verbs} {_listed(paths)}"
    return _listed(_families(methods))


def _families(methods: list[str]) -> list[str]:
    if all(method.startswith("object_") for method in methods):
        return ["object_action"]
    return methods


def _listed(words: list[str]) -> str:
    shown = ", ".join(words[:_SHOWN_WORDS])
    return shown + (" …" if len(words) > _SHOWN_WORDS else "")


def _refer_back(items: list[Item], titles: dict[str, str]) -> list[Item]:
    """Tell a build that goes like an earlier one by pointing at that one."""
    chapters: dict[str, list[Item]] = {}
    for item in items:
        chapters.setdefault(item.group, []).append(item)
    known: dict[tuple[tuple[str, ...], ...], str] = {}
    told_: list[Item] = []
    for key, chapter in chapters.items():
        shape = _shape(chapter)
        before = known.setdefault(shape, key)
        if before == key or not key.startswith("build:"):
            told_.extend(chapter)
        else:
            _refer(told_, chapter, titles[before])
    return told_


def _refer(told_: list[Item], chapter: list[Item], like: str) -> None:
    messages = [item for item in chapter if isinstance(item, Message)]
    at = messages[0].source
    hops = sum(message.stands_for for message in messages)
    last = told_[-1]
    if isinstance(last, Note) and last.kind == "ref" and last.at == at:
        count = last.stands_for + 1
        said = f"{count} more go like “{like}”"
        told_[-1] = last._replace(lines=(said,), stands_for=count)
        return
    lines = (f"as in “{like}”:", f"{len(messages)} arrows for {hops} hops")
    note = Note(at, lines, "ref", "ref", chapter[0].group, seq=messages[0].seq)
    told_.append(note)


def _shape(chapter: list[Item]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (_role(item.source), _role(item.target), item.kind, item.method.split(" ")[0])
        if isinstance(item, Message)
        else (item.kind, item.name)
        for item in chapter
        if isinstance(item, Message) or item.tone == "fail"
    )


def _role(name: str) -> str:
    return name.partition("@")[0]


def _one_lifeline(items: list[Item]) -> list[Item]:
    """Let one lifeline stand for all nova-computes."""
    hosts = {
        name
        for item in items
        if isinstance(item, Message)
        for name in (item.source, item.target)
        if name.startswith("nova-compute@")
    }
    all_ = f"nova-compute × {len(hosts)}"

    def renamed(name: str) -> str:
        return all_ if name.startswith("nova-compute@") else name

    return [
        item._replace(source=renamed(item.source), target=renamed(item.target))
        if isinstance(item, Message)
        else item._replace(at=renamed(item.at))
        for item in items
    ]
