"""The states a server went through, and every write that changed it: a playback."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tracenova.trace.decisions import StateChange
from tracenova_tui.clocktext import since
from tracenova_tui.ink import Line, Piece, cut, line, pad
from tracenova_tui.sheets import wrap
from tracenova_tui.sheets.base import Listed
from tracenova_tui.sheets.writes import Write, writes

_FIELDS = ("vm_state", "task_state", "power_state")
_WIDE = (20, 34, 18)
_NARROW = (18, 23)


class StatesSheet(Listed):
    """A small state machine with the path taken, then the saves one by one."""

    name = "States"
    empty = "No server's state changed in this trace."
    help = (
        "The boxes are task states on the way of a build; ● is where the server is at",
        "the cursor. Below: each save that changed a state, who meant it, and Nova's line;",
        "then every write to the databases. The fields are those at the cursor: n and p",
        "play the writes on and back; * marks what the last write changed.",
    )

    def depends(self) -> tuple[Any, ...]:
        """Return the cursor in time."""
        return self.player.now_ns, self.player.veiled

    def write(self, width: int) -> None:
        """Write one part for each server, then the writes."""
        servers: dict[str, list[StateChange]] = {}
        for change in self.story.state_changes:
            servers.setdefault(change.instance, []).append(change)
        written = self.story.kept("writes", lambda: writes(self.story))
        for uuid, changes in servers.items():
            self.put(line((f" server {uuid}", "head")), changes[0].span_id)
            for one in self._machine(changes, width):
                self.put(one, changes[0].span_id)
            for one in self._fields(uuid, written, width):
                self.put(one, changes[0].span_id)
            self.put(None, changes[0].span_id)
            self._table(changes, width)
            self.put(None, changes[-1].span_id)
        if servers or written:
            self._writes(written, width)

    def _fields(self, uuid: str, written: list[Write], width: int) -> Iterator[Line]:
        """Yield the server's fields as the last write before the cursor left them."""
        now = self.player.now_ns
        past = [
            w
            for w in written
            if w.instance == uuid and w.table == "instances" and w.start_ns <= now
        ]
        if past:
            last = past[-1]
            said = "  ".join(
                f"{'*' if name in last.changes else ''}{name} {value}"
                for name, value in last.fields.items()
                if name not in (*_FIELDS, "uuid")
            )
            if said:
                yield from wrap.words(said, width, "dim", "   row  ")

    def _writes(self, written: list[Write], width: int) -> None:
        now = self.player.now_ns
        past = sum(write.start_ns <= now for write in written)
        self.put(
            line(
                (" database writes ", "head"),
                (f" {past} of {len(written)} up to the cursor", "dim"),
            )
        )
        for write in written:
            when = since(write.start_ns - self.story.begins_ns)
            at = f"{write.database}.{write.table}"
            text = f" {pad(when, 9, right=True)}  {pad(write.operation, 7)}"
            text += pad(write.what, 34 if width >= 100 else 28) + " "
            text += pad(at, 29) + " " if width >= 120 else ""
            text += pad(write.by, 22)
            changed = "  ".join(
                f"{name} {old} → {new}" for name, (old, new) in write.changes.items()
            )
            future = write.start_ns > now
            role = "faint" if future and self.player.veiled else "dim" if future else ""
            room = max(0, width - len(text) - 2)
            self.put(line((text, role), (cut(changed, room), "key")), write.span_id)

    def _machine(self, changes: list[StateChange], width: int) -> Iterator[Line]:
        """Yield the diagram: each state a stop, the path as a line between them."""
        now = self.player.now_ns
        stops = [states(change) for change in changes]
        past = [change.start_ns <= now for change in changes]
        row: Line = [Piece("   ")]
        used = 3
        for at, stop in enumerate(stops):
            here = past[at] and (at + 1 == len(stops) or not past[at + 1])
            text = f"{'●' if here else '○'} {stop[0]}/{stop[1]}"
            if used + len(text) + 6 > width:
                yield row
                row, used = [Piece("   └▶ ", "dim")], 6
            role = "accent" if here else "" if past[at] else "dim"
            if stop[0] == "error" and past[at]:
                role = "error"
            row.append(Piece(text, role))
            used += len(text)
            if at + 1 < len(stops):
                row.append(Piece(" ─▶ ", "dim" if past[at] else "faint"))
                used += 4
        yield row
        current = [c for c, happened in zip(changes, past, strict=True) if happened]
        if current:
            said = zip(_FIELDS, states(current[-1]), strict=True)
            yield line("   now  ", *(f"{name} {value}   " for name, value in said))
        else:
            yield line(("   not created yet at the cursor", "dim"))

    def _table(self, changes: list[StateChange], width: int) -> None:
        sizes = _WIDE if width >= 100 else _NARROW
        source = width >= 120
        names_ = ("vm_state", "task_state", "power")
        cells = " ".join(
            pad(name, size) for name, size in zip(names_, sizes, strict=False)
        )
        head = f" {pad('when', 9, right=True)}  {cells} {pad('by', 22)}"
        self.put(line((head + ("Nova" if source else ""), "head")), changes[0].span_id)
        for change in changes:
            when = since(change.start_ns - self.story.begins_ns)
            states_ = (change.vm_state, change.task_state, change.power_state)
            cells = " ".join(
                pad(pair(state, size), size)
                for state, size in zip(states_, sizes, strict=False)
            )
            text = f" {pad(when, 9, right=True)}  {cells} {pad(change.by, 22)}"
            role = "error" if change.vm_state[1] == "error" else ""
            nova = change.source or "" if source else ""
            if change.start_ns > self.player.now_ns:
                role = "faint" if self.player.veiled else role or "dim"
            self.put(line((text, role), (nova, "dim")), change.span_id)

    def data(self) -> Any:
        """Return the changes as plain data."""
        return {
            "changes": [asdict(change) for change in self.story.state_changes],
            "writes": [asdict(write) for write in writes(self.story)],
        }


def states(change: StateChange) -> tuple[str, str, str]:
    """Return the three states after the change."""
    found = change.vm_state[1], change.task_state[1], change.power_state[1]
    return found[0] or "–", found[1] or "–", found[2] or "–"


def pair(states_: tuple[str | None, str | None], columns: int = 99) -> str:
    """Return ``before → after``, or ``→ after`` where that is too wide."""
    before, after = states_[0] or "–", states_[1] or "–"
    if before == after:
        return after
    both = f"{before} → {after}"
    return both if len(both) <= columns else f"→ {after}"
