"""The state machine in the States view: where it is, which ways were taken."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.tui import screens
from tracenova.trace.decisions import StateChange
from tracenova.trace.machine import path
from tracenova.trace.trace import Trace
from tracenova_tui.ink import plain
from tracenova_tui.player import Player
from tracenova_tui.sheets.machine import Machine
from tracenova_tui.sheets.states import StatesSheet
from tracenova_tui.story import Story


def change(at: int, vm_state: str, task_state: str | None, power: str) -> StateChange:
    """Return a change to those states, at that time."""
    return StateChange(
        seq=at,
        instance="i",
        vm_state=(None, vm_state),
        task_state=(None, task_state),
        power_state=(None, power),
        by="nova-compute",
        source=None,
        start_ns=at,
        span_id=f"{at:x}",
    )


BUILT = [
    change(1, "building", "scheduling", "NOSTATE"),
    change(2, "building", None, "NOSTATE"),
    change(3, "building", "networking", "NOSTATE"),
    change(4, "building", "block_device_mapping", "NOSTATE"),
    change(5, "building", "spawning", "NOSTATE"),
]
ACTIVE = change(6, "active", None, "RUNNING")


def drawn(changes: Iterable[StateChange], now: int = 99, width: int = 78) -> list[str]:
    """Return the machine's lines."""
    steps = path(list(changes))
    return [plain(one) for one in Machine(steps, now, width).lines()]


@pytest.mark.parametrize("width", [40, 78, 110, 200])
def test_a_boot_goes_from_stop_to_stop(width: int) -> None:
    """Each way has the number of its step; the last stop is where the server is."""
    regions, _, stops, errors = drawn([*BUILT, ACTIVE], width=width)
    assert "building · power NOSTATE" in regions
    assert stops.index("2") < stops.index("networking") < stops.index("6")
    assert stops.endswith("▸–◂")
    assert errors.endswith("RUNNING")


def test_the_machine_fits_a_terminal_of_80_columns() -> None:
    """Two columns are the scroll bar's."""
    assert all(len(one) <= 78 for one in drawn([*BUILT, ACTIVE]))


def test_what_comes_after_the_cursor_has_not_happened() -> None:
    """At step 3 the server is networking, and nobody knows how it ends."""
    _, _, stops, errors = drawn([*BUILT, ACTIVE], now=3)
    assert "▸networking◂" in stops
    assert "RUNNING" not in errors


def test_a_way_back_is_drawn_with_its_number() -> None:
    """Refused by a claim, or failed while spawning: the server is scheduled again."""
    again = change(6, "building", "scheduling", "NOSTATE")
    refused = drawn([*BUILT[:2], change(3, "building", "scheduling", "NOSTATE")])
    assert "▼" in refused[1]
    assert "3" in refused[1]
    failed = drawn([*BUILT, again])
    assert "6" in failed[1]
    assert failed[1].index("6") > refused[1].index("3")


def test_both_ways_back_are_drawn_from_where_they_begin() -> None:
    """They join above the stop of the nearer one, and lead to the same stop."""
    _, back, stops, _ = drawn([*BUILT, ACTIVE])
    assert back.index("▼") == stops.index("scheduling") + 4
    assert back.index("┬") == stops.index("–")
    assert stops.index("spawning") < back.index("╮") < stops.index("6")


def test_an_error_is_marked() -> None:
    """No valid host: from scheduling to error."""
    *_, errors = drawn([BUILT[0], change(2, "error", None, "NOSTATE")])
    assert "✗ error" in errors
    assert "2" in errors


def test_what_happens_after_the_build_is_told_in_words() -> None:
    """The machine of a build ends with active; a deletion follows in a line below."""
    *_, last = drawn([*BUILT, ACTIVE, change(7, "active", "deleting", "RUNNING")])
    assert "7 active/– ━▶ active/deleting" in last


def test_of_several_servers_the_one_at_the_cursor_is_drawn() -> None:
    """Each line names its server; the machine is that of the line under the cursor."""
    spans = screens.every_boot()
    story = Story(Trace(spans), "all")
    player = Player(story)
    sheet = StatesSheet(story, player)
    sheet.arrange(108)
    assert "server" in plain(sheet.line(0, 108))
    servers = {one.instance for one in story.state_changes}
    assert len(servers) == 3
    for one in story.state_changes:
        player.select(one.span_id)
        assert plain(sheet.head(108)[0]).split()[1] == one.instance[:8]
        assert plain(sheet.line(sheet.current() or 0, 108)).find(one.instance[:8]) > 0


def test_a_write_shows_its_row_in_the_pane() -> None:
    """The whole row, with what the write changed."""
    story = Story(Trace.load(Path(screens.trace("success"))), "success")
    player = Player(story)
    sheet = StatesSheet(story, player)
    sheet.arrange(108)
    details = [sheet.detail(at) for at in range(len(sheet))]
    texts = ["\n".join(map(plain, one)) for one in details if one]
    assert any("* host – → compute2" in text for text in texts)
