"""A live lab without a screen: what is held and why, and how callers are answered."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tracenova.messaging.envelope import Envelope
from tracenova.messaging.tap import BusTap
from tracenova_tui.feed import BusSeen, Feed, LabState, Said, SpanSeen, Told
from tracenova_tui.live.breakpoints import Breakpoint
from tracenova_tui.live.held import Held
from tracenova_tui.live.lab import LiveLab

PATIENCE_S = 150.0
WISHES: dict[str, Any] = {"name": "demo"}


class Watched:
    """A running lab, and everything that it has told."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.feed = Feed()
        self.told: list[Any] = []
        self.lab = LiveLab(
            "default", self.feed, save=folder / "live.otlp.jsonl", **options
        )
        self.lab.start()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            self.told += self.feed.drain()
            said = [one for one in self.told if isinstance(one, (LabState, Said))]
            assert time.monotonic() < deadline, f"in vain; said: {said[-5:]}"
            time.sleep(0.01)
        self.told += self.feed.drain()

    def ready(self) -> None:
        """Wait until the lab has nothing to do."""
        self.until(lambda: self.lab.state in ("ready", "failed"))
        assert self.lab.state == "ready", self.states()

    def boot(self, **wishes: Any) -> None:
        """Ask for a server."""
        self.told.clear()
        self.lab.boot({**WISHES, **wishes})
        self.until(lambda: "booting" in self.states())

    def states(self) -> list[str]:
        """Return the states that the lab has told, in order."""
        return [one.state for one in self.told if isinstance(one, LabState)]

    def held(self) -> Held:
        """Wait until a message is held; return it."""
        self.until(lambda: bool(self.lab.held()))
        return self.lab.held()[0]

    def let_go(self) -> None:
        """Forget breakpoints and deliver everything until the boot has ended."""
        self.lab.gate.stepping = False
        self.lab.gate.breakpoints = []
        self.lab.hand(lambda tap: tap.deliver_next(len(tap.held())))
        self.ready()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The default lab on fake hosts."""
    found = Watched(tmp_path_factory.mktemp("live"), virt="fake")
    try:
        found.ready()
        yield found
    finally:
        found.lab.stop(wait_s=20.0)


def test_a_boot_is_told_as_spans_and_as_moments_of_the_bus(watched: Watched) -> None:
    """The screen's feed has the story's spans, and what the bus did, by one live feed."""
    watched.boot(name="one")
    watched.ready()
    names = {one.span.name for one in watched.told if isinstance(one, SpanSeen)}
    assert "boot one" in names
    seen = {(one.kind, one.what) for one in watched.told if isinstance(one, BusSeen)}
    assert {
        ("published", "cast build_instances"),
        ("delivered", "cast build_instances"),
        ("acked", "call select_destinations"),
        ("published", "reply select_destinations"),
    } <= seen
    last = [one for one in watched.told if isinstance(one, LabState)][-1]
    assert last.text == "one is ACTIVE"


def test_a_filter_breakpoint_holds_the_answer_after_a_refusal(watched: Watched) -> None:
    """RamFilter refuses compute3: the scheduler's answer is held; it says why."""
    watched.lab.gate.breakpoints = [Breakpoint.parse("filter=ram host=compute3")]
    watched.boot()
    held = watched.held()
    assert (held.kind, held.method) == ("reply", "select_destinations")
    assert held.why == "breakpoint filter=ram host=compute3"
    watched.let_go()


def test_a_filter_that_refuses_nobody_holds_nothing(watched: Watched) -> None:
    """RetryFilter lets everybody pass at a first attempt."""
    watched.lab.gate.breakpoints = [Breakpoint.parse("filter=RetryFilter")]
    watched.boot()
    watched.ready()
    assert not [one for one in watched.told if getattr(one, "kind", "") == "held"]
    watched.let_go()


def patient(watched: Watched, seconds: int) -> None:
    """Let callers wait so long."""
    watched.lab.be_patient(seconds)
    watched.until(lambda: watched.lab.patience_s == seconds)


def test_a_dropped_call_is_asked_again_after_the_callers_patience(
    watched: Watched,
) -> None:
    """rpc_response_timeout is short here; the conductor asks a second time, as Nova's."""
    patient(watched, 1)
    watched.lab.gate.breakpoints = [Breakpoint.parse("method=select_destinations")]
    watched.boot(name="lost")
    held = watched.held()
    watched.lab.gate.breakpoints = []
    watched.lab.hand(lambda tap: tap.discard(held.id))
    watched.ready()
    asked = {
        one.message_id
        for one in watched.told
        if isinstance(one, BusSeen) and one.what == "call select_destinations"
    }
    assert held.id in asked
    assert len(asked) > 1
    patient(watched, 300)


def test_a_call_delivered_twice_is_carried_out_twice(watched: Watched) -> None:
    """As after a broker's failure: the scheduler is asked once more, nothing breaks."""
    watched.lab.gate.breakpoints = [Breakpoint.parse("method=select_destinations")]
    watched.boot()
    held = watched.held()
    watched.lab.gate.breakpoints = []
    watched.lab.hand(lambda tap: tap.copy_held(held.id))
    watched.until(lambda: len(watched.lab.held()) == 2)
    watched.let_go()
    watched.until(
        lambda: (
            [
                one
                for one in watched.told
                if isinstance(one, BusSeen)
                and one.message_id == held.id
                and (one.kind, one.what) == ("acked", "call select_destinations")
            ][1:]
            != []
        )
    )


def test_running_hosts_say_what_they_have(watched: Watched) -> None:
    """Capacity and heartbeat come from the cell database, asked now."""
    watched.told.clear()
    watched.lab.ask_hosts()
    watched.until(lambda: any(isinstance(one, Told) for one in watched.told))
    (answer,) = [one.answer for one in watched.told if isinstance(one, Told)]
    assert set(answer) == {"compute1", "compute2", "compute3"}
    assert answer["compute3"]["memory"] == "512 of 1024 MB used"
    assert answer["compute3"]["heartbeat"].endswith("s ago")
    assert answer["compute3"]["consoles"] == {}


def test_a_refused_request_is_said_and_the_lab_goes_on(watched: Watched) -> None:
    """A flavor that does not exist is one line; the next boot works."""
    watched.boot(flavor="m9.none")
    watched.ready()
    said = [one.text for one in watched.told if isinstance(one, Said)]
    assert any("m9.none" in text for text in said), said


def test_a_service_that_crashes_ends_neither_the_lab_nor_the_screen(
    watched: Watched,
) -> None:
    """nova-scheduler stops: its call is lost, the boot ends in ERROR, the lab is ready."""
    cloud = watched.lab._cloud
    assert cloud is not None
    patient(watched, 1)
    cloud.services["nova-scheduler@controller"].stop()
    watched.boot(name="orphan")
    watched.ready()
    last = [one for one in watched.told if isinstance(one, LabState)][-1]
    assert last.text == "orphan is ERROR"
    cloud.services["nova-scheduler@controller"].start()
    patient(watched, 300)


# --- the hands of the tap ------------------------------------------------------------


def envelope(id_: str, **args: Any) -> Envelope:
    """Return a cast to the conductor."""
    message = {"method": "build_instances", "args": args, "version": "1.10"}
    return Envelope(id_, "cast", "conductor", None, message, {})


def holding(*envelopes: Envelope) -> tuple[BusTap, list[Envelope]]:
    """Return a tap that holds the messages, and where it delivers them."""
    tap, delivered = BusTap(), list[Envelope]()
    tap.hold()
    for one in envelopes:
        tap.passing(one, delivered.append)
    return tap, delivered


def test_an_edited_message_stays_held_and_is_delivered_changed() -> None:
    """Only the message of that id changes; its place in the row stays."""
    tap, delivered = holding(envelope("a", count=1), envelope("b", count=1))
    tap.edit_held("b", lambda one: one.with_args(count=2))
    assert [one.id for one in tap.held()] == ["a", "b"]
    tap.deliver_next(2)
    assert [one.args["count"] for one in delivered] == [1, 2]


def test_a_copied_message_is_held_twice_and_delivered_one_at_a_time() -> None:
    """The copy stands behind its original, before what came later."""
    tap, delivered = holding(envelope("a"), envelope("b"))
    tap.copy_held("a")
    assert [one.id for one in tap.held()] == ["a", "a", "b"]
    tap.deliver_next()
    assert [one.id for one in tap.held()] == ["a", "b"]
    tap.deliver("a")
    assert [one.id for one in delivered] == ["a", "a"]


def test_hands_on_a_message_that_is_gone_do_nothing() -> None:
    """It was delivered meanwhile: no error, nothing changes."""
    tap, _ = holding(envelope("a"))
    tap.deliver_next()
    tap.edit_held("a", lambda one: one.with_args(count=9))
    tap.copy_held("a")
    assert tap.held() == []
