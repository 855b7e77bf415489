"""Who works hard on a thread makes way while a key is answered, and gets its turn."""

import time

import pytest

from tests.tui import screens
from tracenova_tui.courtesy import Courtesy


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how long was slept, on a clock that sleeping alone moves."""
    found = list[float]()
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + sum(found))
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def test_a_reader_rests_after_a_key(slept: list[float]) -> None:
    """Without a key it works on; after one it waits until that may be answered."""
    courtesy = Courtesy()
    courtesy.rest()
    assert not slept
    courtesy.pressed()
    courtesy.rest()
    assert 0.01 < sum(slept) < 0.1


def test_a_key_held_down_does_not_stop_the_reader(slept: list[float]) -> None:
    """Between two rests it has its turn, however many keys are pressed."""
    courtesy = Courtesy()
    for _ in range(3):
        courtesy.pressed()
        courtesy.rest()
    assert len(slept) == 1


def test_the_program_notes_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads makes way for a key of whatever view."""

    async def look() -> None:
        async with screens.opened(screens.trace("success")) as (screen, pilot):
            noted = list[str]()
            courtesy = screen.app.courtesy
            monkeypatch.setattr(courtesy, "pressed", lambda: noted.append("key"))
            await pilot.press("down")
            assert noted == ["key"]

    screens.run(look())
