"""The words of the bars: what runs, where the cursor is, what went wrong."""

from tracenova_tui.clocktext import since
from tracenova_tui.ink import Line, line
from tracenova_tui.live.lab import LiveLab
from tracenova_tui.player import Player
from tracenova_tui.story import Story

WRONG = "✗ "


def title(story: Story, player: Player, live: LiveLab | None, said: str) -> Line:
    """Return the line over all: the story, the lab and what it said, the cursor."""
    hop, wrong = player.hop, said.startswith(WRONG)
    how = f"● live {live.state}" if live else "replay"
    parts = line((" tracenova ", "accent"), (f" {story.name} ", "strong"))
    parts += line((f"  {how} ", "key" if live else "dim"))
    if wrong:
        parts += line((f"  {said} ", "error"))
    if hop is not None:
        at = since(hop.start_ns - story.begins_ns)
        speed = (f"  ×{player.speed:g}", "dim")
        parts += line(f"  hop {player.at + 1}/{len(story.hops)}  {at}", speed)
    if said and not wrong:
        parts += line((f"  {said} ", "strong"))
    if player.follows and live:
        parts += line(("  following the tail ", "dim"))
    if (
        live
        and live.state == "ready"
        and not (live.gate.stepping or live.gate.breakpoints)
    ):
        parts += line(("  o boots  S holds messages ", "key"))
    if not story.whole:
        part = f"{100 * story.read:.0f} %" if story.read < 1 else "…"
        parts += line((f"  reading the rest {part} ", "key"))
    if warnings := len(story.trace.warnings):
        counted = f"{warnings} warning{'s' * (warnings > 1)}"
        parts += line((f"  {counted} (?)", "warn"))
    return parts


def state(story: Story, player: Player) -> str:
    """Return the server's states at the cursor."""
    change = story.change_at(player.now_ns)
    if change is None:
        return ""
    return f"{change.vm_state[1] or '–'} · {change.task_state[1] or '–'}"
