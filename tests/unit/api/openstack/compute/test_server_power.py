"""Actions on a server that runs: stop, start, reboot, and reading its console."""

from typing import Any

import pytest

from tests.unit.api.fakes import SERVER, Client, FakeComputeAPI
from tracenova import exception

UNKNOWN = "11111111-2222-4333-8444-555555555555"
INVALID = exception.InstanceInvalidState(
    attr="vm_state", instance_uuid=SERVER, state="building", method="stop"
)


class Powers:
    """Notes what the compute API is asked, and raises what a test has put in."""

    def __init__(self, compute_api: FakeComputeAPI, monkeypatch: Any) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.error: Exception | None = None
        for name in ("start", "stop", "reboot", "get_console_output"):
            monkeypatch.setattr(compute_api, name, self._taking(name), raising=False)

    def _taking(self, name: str) -> Any:
        def take(_context: Any, _instance: Any, *arguments: Any) -> str:
            self.asked.append((name, *arguments))
            if self.error is not None:
                raise self.error
            return "first\x1b[31m\nlast\x00"

        return take


@pytest.fixture(name="powers")
def fixture_powers(compute_api: FakeComputeAPI, monkeypatch: Any) -> Powers:
    """Return what stands for stop, start, reboot and the console."""
    return Powers(compute_api, monkeypatch)


def act(user: Client, body: dict[str, Any], server: str = SERVER) -> Any:
    """POST an action."""
    return user("POST", f"/servers/{server}/action", body)


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"os-stop": None}, ("stop",)),
        ({"os-start": None}, ("start",)),
        ({"reboot": {"type": "SOFT"}}, ("reboot", "SOFT")),
        ({"reboot": {"type": "hard"}}, ("reboot", "HARD")),
    ],
)
def test_an_action_is_accepted_and_passed_on(
    user: Client, powers: Powers, body: dict[str, Any], asked: tuple[str, ...]
) -> None:
    """202 without a body: it happens later, on the server's host."""
    answer = act(user, body)
    assert (answer.status_int, answer.body) == (202, b"")
    assert powers.asked == [asked]


@pytest.mark.parametrize("action", ["os-stop", "os-start", "reboot"])
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (INVALID, 409),
        (exception.InstanceIsLocked(instance_uuid=SERVER), 409),
        (exception.InstanceNotReady(instance_id=SERVER), 409),
    ],
)
def test_a_server_that_cannot_do_it_now_is_a_conflict(
    user: Client, powers: Powers, action: str, error: Exception, status: int
) -> None:
    """409: its state, its lock, or no host yet."""
    powers.error = error
    body = {action: {"type": "SOFT"} if action == "reboot" else None}
    answer = act(user, body)
    assert answer.status_int == status
    assert SERVER in answer.json["conflictingRequest"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"reboot": {"type": "WARM"}},
        {"reboot": {}},
        {"reboot": {"type": "SOFT", "more": 1}},
        {"os-getConsoleOutput": {"length": "many"}},
        {"os-getConsoleOutput": {"lines": 3}},
    ],
)
def test_a_malformed_action_is_refused(
    user: Client, powers: Powers, body: dict[str, Any]
) -> None:
    """400, and nothing is asked of anybody."""
    assert act(user, body).status_int == 400
    assert powers.asked == []


@pytest.mark.parametrize(
    "body",
    [{"os-stop": None}, {"os-getConsoleOutput": {}}, {"reboot": {"type": "SOFT"}}],
)
def test_an_unknown_server_is_not_found(
    user: Client, powers: Powers, body: dict[str, Any]
) -> None:
    """404."""
    assert act(user, body, UNKNOWN).status_int == 404
    assert powers.asked == []


@pytest.mark.parametrize(("length", "passed_on"), [(None, None), (3, 3), ("3", "3")])
def test_the_console_is_shown_without_control_characters(
    user: Client, powers: Powers, length: Any, passed_on: Any
) -> None:
    """Line ends stay; what could steer a terminal goes."""
    wish = {} if length is None else {"length": length}
    answer = act(user, {"os-getConsoleOutput": wish})
    assert answer.json == {"output": "first[31m\nlast"}
    assert powers.asked == [("get_console_output", passed_on)]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (exception.ConsoleNotAvailable(), 404),
        (exception.InstanceNotReady(instance_id=SERVER), 409),
        (NotImplementedError(), 501),
    ],
)
def test_a_console_that_cannot_be_read(
    user: Client, powers: Powers, error: Exception, status: int
) -> None:
    """Each reason has a status of its own."""
    powers.error = error
    assert act(user, {"os-getConsoleOutput": {}}).status_int == status
