"""The states a server went through, and every save that changed them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tracenova.trace.decisions import StateChange
from tracenova_tui.clocktext import since
from tracenova_tui.ink import Line, Piece, line, pad
from tracenova_tui.sheets.base import Listed

_PATH = ("scheduling", "–", "networking", "block_device_mapping", "spawning")
_FIELDS = ("vm_state", "task_state", "power_state")


class StatesSheet(Listed):
    """A small state machine with the path taken, then the saves one by one."""

    name = "States"
    empty = "No server's state changed in this trace."
    help = (
        "The boxes are task states on the way of a build; ● is where the server is at",
        "the cursor. Below: each save that changed a state, who meant it, and Nova's line.",
    )

    def depends(self) -> tuple[Any, ...]:
        """Return the cursor in time."""
        return self.player.now_ns, self.player.veiled

    def write(self, width: int) -> None:
        """Write one part for each server."""
        servers: dict[str, list[StateChange]] = {}
        for change in self.story.trace.state_changes():
            servers.setdefault(change.instance, []).append(change)
        for uuid, changes in servers.items():
            self.put(line((f" server {uuid}", "head")), changes[0].span_id)
            for one in self._machine(changes, width):
                self.put(one, changes[0].span_id)
            self.put(None, changes[0].span_id)
            self._table(changes, width)
            self.put(None, changes[-1].span_id)

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
        source = width >= 120
        head = f" {pad('when', 9, right=True)}  {pad('vm_state', 20)} {pad('task_state', 34)} "
        head += f"{pad('power', 18)} " if width >= 100 else ""
        self.put(
            line((head + pad("by", 22) + ("Nova" if source else ""), "head")),
            changes[0].span_id,
        )
        for change in changes:
            when = since(change.start_ns - self.story.begins_ns)
            text = f" {pad(when, 9, right=True)}  {pad(pair(change.vm_state), 20)} "
            text += f"{pad(pair(change.task_state), 34)} "
            text += f"{pad(pair(change.power_state), 18)} " if width >= 100 else ""
            text += pad(change.by, 22)
            role = "error" if change.vm_state[1] == "error" else ""
            nova = change.source or "" if source else ""
            if change.start_ns > self.player.now_ns:
                role = "faint" if self.player.veiled else role or "dim"
            self.put(line((text, role), (nova, "dim")), change.span_id)

    def data(self) -> Any:
        """Return the changes as plain data."""
        return [asdict(change) for change in self.story.trace.state_changes()]


def states(change: StateChange) -> tuple[str, str, str]:
    """Return the three states after the change."""
    found = change.vm_state[1], change.task_state[1], change.power_state[1]
    return found[0] or "–", found[1] or "–", found[2] or "–"


def pair(states_: tuple[str | None, str | None]) -> str:
    """Return ``before → after``; the state alone when it stayed."""
    before, after = states_[0] or "–", states_[1] or "–"
    return after if before == after else f"{before} → {after}"
