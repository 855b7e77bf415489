"""The boot form, the comparison and the welcome, as somebody looked at them."""

from typing import Any

import pytest

from tests.tui import screens
from tracenova.lab import boot
from tracenova_tui.app import TracenovaApp
from tracenova_tui.screens.boot_form import BootForm
from tracenova_tui.screens.compare import CompareScreen


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_comparison_looks_as_it_did(size: tuple[int, int]) -> None:
    """Success against reschedule, at the first difference."""

    async def look() -> str:
        app = TracenovaApp(
            [screens.trace("success"), screens.trace("reschedule")], theme="dark"
        )
        async with app.run_test(size=size) as pilot:
            await screens.until(pilot, lambda: isinstance(app.screen, CompareScreen))
            await screens.settled(pilot)
            await pilot.press("n")
            await screens.settled(pilot)
            return screens.picture_of(app)

    screens.check_snapshot(f"compare-{size[0]}x{size[1]}", screens.run(look()))


def test_the_boot_form_answers_with_the_wishes() -> None:
    """The lab's own request is filled in; Ctrl+S takes what was changed; Esc nothing."""
    lab = boot.load_lab("default", None)
    answers: list[dict[str, Any] | None] = []

    async def fill() -> None:
        app = TracenovaApp(theme="dark")
        async with app.run_test(size=(80, 24)) as pilot:
            app.push_screen(BootForm(lab, stepping=True), answers.append)
            shown = await screens.shows(pilot, "Boot a server in lab default")
            assert "m1.small  2048 MB, 1 vcpu, 20 GB" in shown
            assert "✓" in shown
            await pilot.press("end", *"-2", "ctrl+s")
            await screens.until(pilot, lambda: len(answers) == 1)
            app.push_screen(BootForm(lab, stepping=False), answers.append)
            shown = await screens.shows(pilot, "hold every message")
            assert "✓" not in shown
            await pilot.press("escape")
            await screens.until(pilot, lambda: len(answers) == 2)

    screens.run(fill())
    wishes, nothing = answers
    assert nothing is None
    assert wishes is not None
    assert wishes["name"] == "demo-2"
    assert wishes["step"] is True
    assert (wishes["flavor"], wishes["count"]) == ("m1.small", 1)


def test_the_welcome_offers_labs_and_opens_files() -> None:
    """Every lab with its title; / opens a trace by its file name; what is none is said."""

    async def look() -> None:
        app = TracenovaApp(theme="dark")
        async with app.run_test(size=(80, 24)) as pilot:
            await screens.shows(pilot, "default", "A server boots", "recent traces")
            await pilot.press("slash", *"/no/such", "enter")
            await screens.shows(pilot, "cannot be opened")
            await pilot.press("escape")
            await screens.shows(pilot, "A server boots")

    screens.run(look())
