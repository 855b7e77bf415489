"""The states a server went through, and every write that changed it: a playback."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tracenova.trace.decisions import StateChange
from tracenova.trace.machine import NONE, Step, path
from tracenova_tui.clocktext import since
from tracenova_tui.ink import Line, cut, line, pad
from tracenova_tui.player import Player
from tracenova_tui.sheets.base import Sheet
from tracenova_tui.sheets.machine import Machine
from tracenova_tui.sheets.writes import Write, Writes, all_writes
from tracenova_tui.story import Story

_STATES = ("vm_state", "task_state", "power_state")
_WIDE = (20, 34, 18)
_NARROW = (18, 23)


class StatesSheet(Sheet):
    """The state machine with the path taken; below it the saves one by one."""

    name = "States"
    empty = "No server's state changed in this trace."
    help = (
        "The machine of a build: thick ways were taken, the number says when; thin ones",
        "were not. ▸ ◂ is where the server is at the cursor. Of several servers, the one",
        "at the cursor is drawn. Below: each save that changed a state, who meant it, and",
        "Nova's line; then every write to the databases. n and p play them on and back;",
        "* marks what the last write changed. Enter: the row as it was written.",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self._writes = Writes([])
        self._drawn: tuple[tuple[Any, ...], list[Line]] = ((), [])

    def arrange(self, width: int) -> None:
        """Find the writes; they are asked for with every line."""
        self._writes = all_writes(self.story)

    # --- the machine --------------------------------------------------------------

    def head(self, width: int) -> list[Line]:
        """Return the machine of the server at the cursor, and its row."""
        change, now = self._change(), self.player.now_ns
        state = (self.story.revision, width, now, change)
        if state != self._drawn[0]:
            drawn = [] if change is None else self._head(change, now, width)
            self._drawn = (state, drawn)
        return self._drawn[1]

    def _head(self, change: StateChange, now: int, width: int) -> list[Line]:
        steps = path(self.story.changes_of(change.instance))
        past = [step for step in steps if step.change.start_ns <= now]
        return [
            self._now(change.instance, past, width),
            *Machine(steps, now, width).lines(),
            *self._row(change.instance, width),
        ]

    def spoken_head(self, width: int) -> list[Line]:
        """Return the path of each server in words."""
        found = []
        for instance in dict.fromkeys(c.instance for c in self.story.state_changes):
            found.append(line(f"server {instance}:"))
            for step in path(self.story.changes_of(instance)):
                vm_state, task_state = step.after
                task = "no task" if task_state == NONE else f"task {task_state}"
                said = f"  step {step.number}: {vm_state}, {task}, power {step.power}"
                found.append(line(f"{said}, by {step.change.by}"))
        return found

    def _change(self) -> StateChange | None:
        """Return the change at the cursor, the last before it, or the first of all."""
        at = self._place(self.player.span_id) if self.player.span_id else None
        changes = self.story.state_changes
        if at is not None and at < len(changes):
            return changes[at]
        found = self.story.change_at(self.player.now_ns)
        return found or next(iter(changes), None)

    def _now(self, instance: str, past: list[Step], width: int) -> Line:
        title = (f" server {instance[:8]} ", "head")
        if not past:
            return line(title, ("  not created yet at the cursor", "dim"))
        step = past[-1]
        said = (*step.after, step.power)
        words: list[str | tuple[str, str]] = []
        for name, value in zip(_STATES, said, strict=True):
            shown = name if width >= 100 else name.removesuffix("_state")
            words += [(f"  {shown} ", "dim"), (value, "strong")]
        return line(title, *words)

    def _row(self, instance: str, width: int) -> Iterator[Line]:
        """Return the row's fields as the last write before the cursor left them."""
        last = self._writes.of(instance, self.player.now_ns)
        if last is None:
            return
        fields = [name for name in last.fields if name not in (*_STATES, "uuid")]
        fields.sort(key=lambda name: name not in last.changes)
        said = "  ".join(
            f"{'*' if name in last.changes else ''}{name} {last.fields[name]}"
            for name in fields
        )
        if said:
            yield line(("  row  ", "head"), (cut(said, max(0, width - 9)), "dim"))

    # --- the lines ------------------------------------------------------------------

    @property
    def _sections(self) -> tuple[int, int]:
        """Return how many changes and how many writes there are."""
        return len(self.story.state_changes), len(self._writes.listed)

    def __len__(self) -> int:
        """How many lines there are: two titles, the changes, the writes, a gap."""
        changes, writes = self._sections
        return (1 + changes if changes else 0) + (2 + writes if writes else 0)

    def line(self, at: int, width: int) -> Line:
        """Return one line."""
        found = self._at(at)
        if isinstance(found, StateChange):
            return self._change_line(found, width)
        if isinstance(found, Write):
            return self._write_line(found, width)
        return self._title(found, width)

    def _at(self, at: int) -> StateChange | Write | str:
        changes = len(self.story.state_changes)
        if changes:
            if at == 0:
                return "changes"
            if at <= changes:
                return self.story.state_changes[at - 1]
            at -= changes + 1
        return ("", "writes")[at] if at < 2 else self._writes.listed[at - 2]

    def _title(self, what: str, width: int) -> Line:
        if what == "writes":
            past, of = self._writes.until(self.player.now_ns), self._sections[1]
            return line(
                (" database writes ", "head"),
                (f" {past} of {of} up to the cursor", "dim"),
            )
        if not what:
            return []
        sizes = _WIDE if width >= 100 else _NARROW
        names = zip(("vm_state", "task_state", "power"), sizes, strict=False)
        cells = " ".join(pad(name, size) for name, size in names)
        server = f"{pad('server', 9)}" if self._several else ""
        text = f" {pad('when', 9, right=True)}  {server}{cells} {pad('by', 22)}"
        return line((text + ("Nova" if width >= 120 else ""), "head"))

    @property
    def _several(self) -> bool:
        changes = self.story.state_changes
        return bool(changes) and changes[-1].instance != changes[0].instance

    def _change_line(self, change: StateChange, width: int) -> Line:
        sizes = _WIDE if width >= 100 else _NARROW
        when = since(change.start_ns - self.story.begins_ns)
        states = (change.vm_state, change.task_state, change.power_state)
        cells = " ".join(
            pad(pair(state, size), size)
            for state, size in zip(states, sizes, strict=False)
        )
        server = f"{pad(change.instance[:8], 9)}" if self._several else ""
        text = f" {pad(when, 9, right=True)}  {server}{cells} {pad(change.by, 22)}"
        role = "error" if change.vm_state[1] == "error" else ""
        nova = change.source or "" if width >= 120 else ""
        if change.start_ns > self.player.now_ns:
            role = role or "dim"
        return line((text, role), (nova, "dim"))

    def _write_line(self, write: Write, width: int) -> Line:
        when = since(write.start_ns - self.story.begins_ns)
        at = f"{write.database}.{write.table}"
        text = f" {pad(when, 9, right=True)}  {pad(write.operation, 7)}"
        text += pad(write.what, 34 if width >= 100 else 28) + " "
        text += pad(at, 29) + " " if width >= 120 else ""
        text += pad(write.by, 22)
        changed = "  ".join(
            f"{name} {old} → {new}" for name, (old, new) in write.changes.items()
        )
        role = "dim" if write.start_ns > self.player.now_ns else ""
        room = max(0, width - len(text) - 2)
        return line((text, role), (cut(changed, room), "key"))

    def detail(self, at: int) -> list[Line] | None:
        """Return the whole row that a write left behind."""
        found = self._at(at) if at < len(self) else ""
        return list(_row_lines(found)) if isinstance(found, Write) else None

    # --- where lines are --------------------------------------------------------------

    def span_at(self, at: int) -> str | None:
        """Return the span of the line's save."""
        found = self._at(at) if at < len(self) else ""
        return None if isinstance(found, str) else found.span_id

    def line_of(self, span_id: str) -> int | None:
        """Return the line of the save, or of what caused the span."""
        for one in self.story.lineage(span_id):
            if (at := self._place(one)) is not None:
                return at + 1
            if (at := self._writes.place_of(one)) is not None:
                return at + len(self) - len(self._writes.listed)
        return None

    def current(self) -> int | None:
        """Return the line of the cursor: of the last change that it has seen."""
        if (found := super().current()) is not None:
            return found
        change = self.story.change_at(self.player.now_ns)
        return None if change is None else self.line_of(change.span_id)

    def _place(self, span_id: str) -> int | None:
        def answer() -> dict[str, int]:
            return {c.span_id: at for at, c in enumerate(self.story.state_changes)}

        return self.story.kept("change places", answer).get(span_id)

    def is_future(self, at: int) -> bool:
        """Say whether the save comes after the cursor."""
        found = self._at(at)
        return not isinstance(found, str) and found.start_ns > self.player.now_ns

    def data(self) -> Any:
        """Return the changes as plain data."""
        return {
            "changes": [asdict(change) for change in self.story.state_changes],
            "writes": [asdict(write) for write in self._writes.listed],
        }


def _row_lines(write: Write) -> Iterator[Line]:
    yield line((f" {write.operation} ", "strong"), write.what)
    yield line((f" {write.database}.{write.table}", "dim"), f"  by {write.by}")
    yield []
    for name, value in write.fields.items():
        if name in write.changes:
            old = write.changes[name][0]
            yield line((f" * {name} ", "key"), f"{old} → {value}")
        else:
            yield line((f"   {name} ", "dim"), value)


def pair(states_: tuple[str | None, str | None], columns: int = 99) -> str:
    """Return ``before → after``, or ``→ after`` where that is too wide."""
    before, after = states_[0] or NONE, states_[1] or NONE
    if before == after:
        return after
    both = f"{before} → {after}"
    return both if len(both) <= columns else f"→ {after}"
