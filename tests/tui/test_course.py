"""The course on the screen: every deed by key, by mouse and by palette; nothing blocks."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList, TextArea

from tests.tui import screens
from tracenova.lesson import folder as folders
from tracenova.lesson import progress
from tracenova.lesson.catalog import Catalog
from tracenova.lesson.limits import Ended
from tracenova_tui.app import TracenovaApp
from tracenova_tui.ink import wide
from tracenova_tui.screens.course import CourseScreen
from tracenova_tui.screens.dialogs import Choose, EditText, Help
from tracenova_tui.widgets.course_bar import DEEDS

Play = Callable[[CourseScreen, Any], Awaitable[None]]
FIRST = "01-end-to-end"


class SavedBoots:
    """A bench without labs: whatever is booted, a saved boot is its trace."""

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Leave the saved trace where the boot's would be."""
        assert not show, "the screen is the terminal"
        assert arguments[0] == "boot"
        save = arguments[list(arguments).index("--save") + 1]
        shutil.copyfile(screens.trace("success"), save)
        return Ended(0, "{}")


@pytest.fixture(autouse=True)
def _own_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's real progress is touched; the lessons' folders are in a new one."""
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("TRACENOVA_LESSONS", raising=False)


@asynccontextmanager
async def opened(
    lesson: str = FIRST, size: tuple[int, int] = (160, 48), bench: Any = None
) -> AsyncIterator[tuple[CourseScreen, Any]]:
    """Open a lesson; yield its screen and the pilot."""
    app = TracenovaApp(theme="dark")
    app.NOTIFICATION_TIMEOUT = 1000.0  # type: ignore[misc]
    app.bench = bench
    async with app.run_test(size=size, notifications=True) as pilot:
        app.open_lesson(lesson)
        await screens.until(pilot, lambda: isinstance(app.screen, CourseScreen))
        await screens.shows(pilot, "F5 runs")
        await free(pilot)
        yield current(pilot), pilot


def current(pilot: Any) -> CourseScreen:
    """Return the lesson's screen."""
    (screen,) = [one for one in pilot.app.stories if isinstance(one, CourseScreen)]
    return screen


async def free(pilot: Any) -> None:
    """Wait until nothing is under way."""
    await screens.until(
        pilot, lambda: bool(pilot.app.stories) and not current(pilot).course.busy
    )
    await screens.settled(pilot)


def play(part: Play, **options: Any) -> None:
    """Open a lesson and do something with it."""

    async def run() -> None:
        async with opened(bench=SavedBoots(), **options) as (screen, pilot):
            await part(screen, pilot)

    screens.run(run())


def solve(name: str) -> Path:
    """Put a lesson's solution into the student's folder; return the folder."""
    found = Catalog().find(name)
    place = Path.cwd() / found.slug
    for file in found.solution.glob("*"):
        shutil.copyfile(file, place / file.name)
    return place


def test_the_course_is_found_from_everywhere() -> None:
    """F2, the welcome's list and the palette lead to the lessons; Enter opens one."""

    async def look() -> None:
        app = TracenovaApp(theme="dark")
        async with app.run_test(size=(80, 24)) as pilot:
            await screens.shows(pilot, "lessons that run the real thing")
            assert "Course" in {c.title for c in app.get_system_commands(app.screen)}
            await pilot.press("f2")
            await screens.shows(pilot, "· 1 · One request, from end to end")
            await pilot.press("escape")
            choices = app.screen.query_one(OptionList)
            choices.highlighted = choices.get_option_index("course:")
            await pilot.press("enter")
            await screens.until(pilot, lambda: isinstance(app.screen, Choose))
            await pilot.press("down", "enter")
            await screens.until(pilot, lambda: isinstance(app.screen, CourseScreen))
            await screens.shows(pilot, "The REST API", "F5 runs what")
            assert (Path.cwd() / "02-rest-api" / "exercise.py").is_file()

    screens.run(look())


def test_hints_come_one_by_one() -> None:
    """F4, or a click, shows the next, and what was shown stays."""

    async def part(screen: CourseScreen, pilot: Any) -> None:
        line = screens.text_of(pilot.app).splitlines()[2]
        await pilot.click("#course", offset=(line.index("Hint"), 0))
        await screens.shows(pilot, "Hint 1 of")
        await pilot.press("f4")
        await screens.shows(pilot, "Hint 1 of", "Hint 2 of")
        assert progress.load().of(FIRST).hints == 2

    play(part)


def test_a_run_is_shown_beside_the_lesson() -> None:
    """F5 boots what the lesson watches; its trace fills the views. Again: look or run."""

    async def part(screen: CourseScreen, pilot: Any) -> None:
        assert not screen.story.hops
        await pilot.press("f5")
        await free(pilot)
        assert len(screen.story.hops) > 50
        shown = await screens.shows(pilot, "POST /v2.1/{project_id}/servers")
        assert "One request, from end to end" in shown
        await pilot.press("f5")
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await screens.shows(pilot, "look at boot.otlp.jsonl", "run boot")
        await pilot.press("enter")
        await free(pilot)
        assert screen.path == Path.cwd() / FIRST / "boot.otlp.jsonl"

    play(part)


def test_a_check_says_what_is_wrong_and_then_that_it_is_solved() -> None:
    """F6; progress is visible, and F7 goes on."""

    async def part(screen: CourseScreen, pilot: Any) -> None:
        await screens.shows(pilot, "0/18")
        await pilot.press("f6")
        await free(pilot)
        await screens.shows(pilot, "✗ ", "not answered yet", "to go")
        await pilot.press("f7")
        await screens.shows(pilot, "This lesson is not solved")
        await pilot.press("escape")
        solve(FIRST)
        await pilot.press("f6")
        await free(pilot)
        await screens.shows(pilot, "Solved (1 of 18)", "1/18")
        await pilot.press("f7")
        await screens.until(
            pilot, lambda: current(pilot).learner.lesson.slug == "02-rest-api"
        )
        await screens.shows(pilot, "2 · The REST API")

    play(part)


def test_a_reset_keeps_what_was_written_and_a_lesson_can_be_skipped() -> None:
    """F8 asks first; so does F7 before it leaves a lesson unsolved."""

    async def part(screen: CourseScreen, pilot: Any) -> None:
        place = solve(FIRST)
        written = (place / "answers.toml").read_text()
        await pilot.press("f8", "enter")
        assert (place / "answers.toml").read_text() == written
        await pilot.press("f8", "down", "enter")
        await screens.shows(pilot, "begun anew")
        assert (place / "answers.toml").read_text() != written
        (kept,) = place.glob("before-reset-*/answers.toml")
        assert kept.read_text() == written
        await pilot.press("f7", "down", "enter")
        await screens.shows(pilot, "2 · The REST API")
        assert progress.load().of(FIRST).state == "skipped"

    play(part)


def test_every_save_is_checked_while_watching() -> None:
    """F9 begins it; E edits a file here; a solved lesson ends it."""

    async def part(screen: CourseScreen, pilot: Any) -> None:
        await pilot.press("f9")
        await screens.shows(pilot, "Watching")
        answers = Path.cwd() / FIRST / "answers.toml"
        await pilot.press("E")
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, EditText))
        editor = pilot.app.screen.query_one(TextArea)
        editor.text = editor.text + "\n# later\n"
        await pilot.press("ctrl+s")
        await screens.shows(pilot, "not answered yet")
        assert answers.read_text().endswith("# later\n")
        assert screen.watches
        solve(FIRST)
        await screens.shows(pilot, "Solved (1 of 18)")
        await screens.until(pilot, lambda: not screen.watches)

    play(part)


def test_mouse_palette_and_help_have_every_deed() -> None:
    """Each deed of the bar is clicked, where it is drawn; palette and help have it, too."""

    async def part(screen: CourseScreen, pilot: Any) -> None:
        done: list[str] = []

        async def note(action: str) -> None:
            done.append(action.removeprefix("app."))

        screen.run_action = note  # type: ignore[assignment]
        line = screens.text_of(pilot.app).splitlines()[2]
        for _, name, _ in DEEDS:
            await pilot.click("#course", offset=(line.index(name) + 1, 0))
        await screens.until(pilot, lambda: len(done) == len(DEEDS))
        assert done == [action for _, _, action in DEEDS]
        actions = {action for _, _, action in screen.commands()}
        assert set(done) - {"course"} <= actions
        await pilot.press("question_mark")
        await screens.until(pilot, lambda: isinstance(pilot.app.screen, Help))
        await screens.shows(pilot, "Check your work")

    play(part, size=(110, 44))


def test_a_check_that_takes_long_blocks_nothing() -> None:
    """Views change meanwhile, a second check is not begun, Esc gives the first one up."""

    async def run() -> None:
        async with opened("05-versions") as (screen, pilot):
            code = Path.cwd() / "05-versions" / "exercise.py"
            code.write_text("import time\ntime.sleep(3600)\n")
            await pilot.press("f6")
            await screens.shows(pilot, "◌ checking")
            await pilot.press("5")
            assert screen.view_name == "states"
            await pilot.press("f6")
            await screens.shows(pilot, "Still checking")
            await pilot.press("escape")
            await free(pilot)
            await screens.shows(pilot, "Given up.")
            assert progress.load().of("05-versions").attempts == 0
            await pilot.press("f6")
            await screens.shows(pilot, "◌ checking")
            # and whoever leaves now does not wait for it either

    screens.run(run())


def test_a_lab_is_really_run_and_code_really_checked() -> None:
    """No saved boot here: processes of their own, as for tracenova lesson."""

    async def run() -> None:
        async with opened("05-versions") as (screen, pilot):
            await pilot.press("f5", "down", "down", "enter")
            await free(pilot)
            assert screen.story.name == "capped", screens.text_of(pilot.app)
            (asked,) = [
                one
                for one in screen.story.messages
                if one.method == "select_destinations"
            ]
            assert (asked.version, asked.endpoint_version) == ("4.0", "4.0")
            folders.fill_solution(screen.learner.lesson, screen.learner.folder, "en")
            solve("05-versions")
            await pilot.press("f6")
            await free(pilot)
            await screens.shows(pilot, "Solved (1 of 18)")

    screens.run(run())


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_lesson_looks_as_it_did(size: tuple[int, int]) -> None:
    """The first lesson after a check: the line of deeds, and the pane beside the run."""

    async def look() -> str:
        async with opened(bench=SavedBoots(), size=size) as (screen, pilot):
            await pilot.press("f5")
            await free(pilot)
            await pilot.press("f6")
            await free(pilot)
            await screens.shows(pilot, "POST /v2")  # the trace is beside it
            return pane_of(screen, screens.text_of(pilot.app).splitlines())

    name = f"course-{size[0]}x{size[1]}"
    screens.check_snapshot(name, screens.run(look()))


def pane_of(screen: CourseScreen, rows: list[str]) -> str:
    """Return the line of deeds, and the rows of the pane."""
    bar, pane = screen.query_one("#course").region, screen.pane.region
    shown = [rows[bar.y]]
    inside = slice(
        pane.x, pane.right - 1
    )  # the scroll bar tells how long the lesson is
    shown += [row[inside].rstrip() for row in rows[pane.y : pane.bottom]]
    return "\n".join(shown) + "\n"


def test_a_lesson_in_chinese_fits_the_pane(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of Chinese are folded; the runner speaks Chinese, too."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    async def part(screen: CourseScreen, pilot: Any) -> None:
        await pilot.press("f4")
        await screens.shows(pilot, "提示")
        room = screen.pane.scrollable_content_region.width
        told = [screen.course.text(at) for at in range(len(screen.course))]
        chinese = [line for line in told if "，" in line or "。" in line]
        assert len(chinese) > 20
        assert max(map(wide, chinese)) <= room

    play(part)
