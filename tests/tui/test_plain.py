"""The plain linear mode: for screen readers and pipes; and --serve's gate."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.tui import screens
from tracenova.cli.tui import command
from tracenova_tui.serving import is_own
from tracenova_tui.views import VIEWS


def plain(*words: str) -> Result:
    """Run ``tracenova tui --plain`` with more words."""
    return CliRunner().invoke(command, ["--plain", *words], standalone_mode=False)


def test_every_view_is_told_in_plain_lines() -> None:
    """Sentences instead of arrows, headings between the views, no escape codes."""
    shown = plain(str(screens.trace("success"))).output
    assert re.search(r"\d+\. nova-conductor to nova-scheduler, RPC call.*4\.3", shown)
    for name in ("Sequence", "Timeline", "Scheduler", "Messages", "States", "Hosts"):
        assert f"== {name} ==" in shown
    assert "compute3 was refused by RamFilter" in shown
    assert "\x1b" not in shown
    assert "▶" not in shown.partition("== Timeline ==")[0]


@pytest.mark.parametrize("view", VIEWS)
def test_one_view_alone(view: str) -> None:
    """--view shows that one only."""
    shown = plain("--view", view, str(screens.trace("reschedule"))).output
    assert f"== {view.title()} ==" in shown
    assert shown.count("== ") == 1


def test_two_traces_are_compared_in_plain_lines() -> None:
    """What differs is marked by signs."""
    both = str(screens.trace("success")), str(screens.trace("reschedule"))
    shown = plain(*both).output
    assert re.search(r"^ [+~−] ", shown, re.MULTILINE)


def test_without_a_trace_it_says_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The labs and the recent traces."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    shown = plain().output
    assert "default: A server boots" in shown
    assert "Recent traces" in shown


@pytest.mark.parametrize(
    "words",
    [
        ["--view", "nonsense"],
        ["--lab", "default"],
        ["/does/not/exist"],
        [__file__],
    ],
)
def test_what_cannot_be_written_is_one_line(words: list[str]) -> None:
    """A usage error with its reason, no traceback."""
    error = plain(*words).exception
    assert error is not None
    assert len(str(error).splitlines()) == 1
    assert getattr(error, "exit_code", 0) == 2


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"Host": "127.0.0.1:8000"}, True),
        ({"Host": "localhost:8000", "Origin": "http://localhost:8000"}, True),
        ({"Host": "evil.example:8000"}, False),
        ({"Host": "127.0.0.1:8000", "Origin": "http://evil.example"}, False),
        ({"Host": "127.0.0.1:8000", "Origin": "null"}, False),
    ],
)
def test_only_its_own_page_is_served(headers: dict[str, str], *, own: bool) -> None:
    """Another site's page, and another name for loopback, are refused."""
    assert is_own(headers, 8000) is own


def test_the_states_are_told_in_words() -> None:
    """The path step by step; nothing of the drawing that a screen reader would spell."""
    shown = plain("--view", "states", str(screens.trace("reschedule"))).output
    assert "step 3: building, task scheduling, power NOSTATE" in shown
    assert "╮" not in shown
