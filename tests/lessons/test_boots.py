"""A boot that came to no end is told as that, and is not kept for others."""

from collections.abc import Sequence
from pathlib import Path

from tests.tui import screens
from tracenova.lesson import boots
from tracenova.lesson.limits import Ended
from tracenova.lesson.spec import Run


class Crashing:
    """A bench whose boots break in the middle."""

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Leave a trace without anything in it, and complain."""
        save = Path(arguments[list(arguments).index("--save") + 1])
        save.write_text("")
        return Ended(1, "", "Error: unexpected NameError: it broke\n")


def test_a_boot_that_breaks_is_one_line(tmp_path: Path) -> None:
    """Exit code 1 means ERROR as well; what it said tells the two apart."""
    booted = boots.boot(Crashing(), Run("x"), tmp_path, tmp_path)  # type: ignore[arg-type]
    assert booted.error == "unexpected NameError: it broke"
    (half,) = tmp_path.glob("*.otlp.jsonl")
    assert not boots.is_whole(half)


def test_a_boot_that_was_recorded_to_its_end_is_whole(tmp_path: Path) -> None:
    """ACTIVE or ERROR; a file that is missing is not."""
    assert boots.is_whole(screens.trace("success"))
    assert boots.is_whole(screens.trace("no-valid-host"))
    assert not boots.is_whole(tmp_path / "no.otlp.jsonl")


class Waiting:
    """A bench whose boots end with a filter that never answers."""

    def tracenova(
        self, arguments: Sequence[str], folder: Path, *, show: bool = False
    ) -> Ended:
        """Say who is at work still."""
        save = Path(arguments[list(arguments).index("--save") + 1])
        save.write_bytes(screens.trace("success").read_bytes())
        return Ended(
            1, "{}", "nova-scheduler has not come back from Mine.host_passes\n"
        )


def test_a_filter_that_never_answers_is_named(tmp_path: Path) -> None:
    """Not taken for a server that nobody builds."""
    booted = boots.boot(Waiting(), Run("x"), tmp_path, tmp_path)  # type: ignore[arg-type]
    assert booted.error == "nova-scheduler has not come back from Mine.host_passes"
