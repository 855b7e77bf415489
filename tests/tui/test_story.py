"""A story of several boots: what is counted by request, what by time."""

from tests.tui import screens
from tracenova.trace.trace import Trace
from tracenova_tui.ink import plain
from tracenova_tui.player import Player
from tracenova_tui.sheets.scheduler import SchedulerSheet
from tracenova_tui.sheets.sequence import SequenceSheet
from tracenova_tui.story import Story


def several() -> Story:
    """Return three boots, of which the last needs two attempts."""
    return Story(Trace(screens.every_boot()), "several")


def test_attempts_are_counted_by_request() -> None:
    """The first attempt for a second server is not a second attempt."""
    story = several()
    assert [story.attempt(one) for one in story.decisions] == [
        (1, 1),
        (1, 1),
        (1, 2),
        (2, 2),
    ]
    player = Player(story)
    sequence = SequenceSheet(story, player)
    sequence.arrange(108)
    lines = [plain(sequence.line(at, 108)) for at in range(len(sequence))]
    titles = [one.strip(" ═") for one in lines if "schedule" in one and "══" in one]
    assert titles == [
        "schedule",
        "schedule",
        "schedule · attempt 1",
        "schedule · attempt 2 ↻",
    ]
    scheduler = SchedulerSheet(story, player)
    scheduler.arrange(108)
    heads = [plain(one) for one in scheduler.lines if plain(one).startswith(" attempt")]
    assert [one.split()[1] for one in heads] == ["1", "1", "1", "2"]


def test_a_host_that_was_left_alone_has_no_sum() -> None:
    """No weigher was asked: nothing is said of a sum of 0."""
    story = Story(Trace.load(screens.trace("reschedule")), "reschedule")
    player = Player(story)
    sequence = SequenceSheet(story, player)
    sequence.arrange(108)
    shown = "\n".join(plain(sequence.line(at, 108)) for at in range(len(sequence)))
    assert "compute1: the only one left" in shown
    assert "Σ compute1 0" not in shown


def test_the_state_at_a_time_is_that_of_the_last_change() -> None:
    """Before the first change there is none."""
    story = several()
    changes = sorted(story.state_changes, key=lambda one: one.start_ns)
    assert story.change_at(changes[0].start_ns - 1) is None
    for one in changes:
        assert story.change_at(one.start_ns) == one
    assert len(story.changes_of(changes[0].instance)) < len(changes)


def test_the_message_of_a_span_is_found() -> None:
    """By the span that sent it; others sent none."""
    story = several()
    assert all(story.message_of(m.span_id) is m for m in story.messages)
    assert story.message_of("nobody") is None
