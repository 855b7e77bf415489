"""Which messages are held, and why; secrets stay masked in what is edited."""

from typing import Any

import pytest

from tracenova.messaging.envelope import Envelope
from tracenova_tui.live.breakpoints import BadBreakpoint, Breakpoint, Gate
from tracenova_tui.live.held import Held, unmasked

UUID = "d47d7741-c33f-4297-95ae-6f964d168459"


def envelope(kind: Any = "cast", user: str | None = "demo", **args: Any) -> Envelope:
    """Return a message to compute2."""
    message = {"method": "build_and_run_instance", "args": args, "version": "4.0"}
    return Envelope("id-1", kind, "compute", "compute2", message, {"user_id": user})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("build_and_run_instance", True),
        ("method=build_*", True),
        ("topic=compute host=compute2", True),
        ("topic=compute host=compute1", False),
        (f"instance={UUID[:8]}", True),
        ("kind=call", False),
    ],
)
def test_a_breakpoint_holds_what_matches_in_every_field(
    text: str, *, holds: bool
) -> None:
    """All fields of a breakpoint must match; a lone word is a method."""
    instance = {"nova_object.name": "Instance", "nova_object.data": {"uuid": UUID}}
    assert Breakpoint.parse(text).matches(envelope(instance=instance)) is holds


@pytest.mark.parametrize("text", ["", "colour=red", "method=", "'"])
def test_a_bad_breakpoint_is_refused_in_words(text: str) -> None:
    """The error says what a breakpoint looks like."""
    with pytest.raises(BadBreakpoint, match=r".+"):
        Breakpoint.parse(text)


def test_a_filter_breakpoint_holds_the_schedulers_answer() -> None:
    """Filters send nothing: the reply is held when the filter named has refused."""
    reply = Envelope(
        "id", "reply", "reply_1", None, {"method": "select_destinations"}, {}
    )
    refusals = [("RamFilter", "compute3/compute3")]
    for text in ("filter=RamFilter", "filter=ram", "filter=R* host=compute3"):
        assert Breakpoint.parse(text).matches(reply, refusals)
        assert not Breakpoint.parse(text).matches(reply)
        assert not Breakpoint.parse(text).matches(envelope(), refusals)
    for text in ("filter=DiskFilter", "filter=RamFilter host=compute1"):
        assert not Breakpoint.parse(text).matches(reply, refusals)


def test_stepping_leaves_periodic_tasks_alone() -> None:
    """Only messages that a user's request caused are held; each with its reason."""
    gate = Gate()
    gate.stepping = True
    assert gate.holds(envelope())
    assert gate.why("id-1") == "stepping"
    assert not gate.holds(envelope(user=None))
    assert not gate.holds(envelope(kind="notification"))


def test_secrets_are_masked_while_edited_and_kept() -> None:
    """An edited message keeps the password that nobody saw."""
    held = Held.of(envelope(admin_password="s3cret", count=1), "stepping")
    assert "s3cret" not in held.args_text()
    edited = {"admin_password": "***", "count": 2}
    assert unmasked(edited, held.args) == {"admin_password": "s3cret", "count": 2}
