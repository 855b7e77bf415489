"""Text for terminals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracenova.cli import text

CELL = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=40)


@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4),
    st.integers(40, 120),
    st.booleans(),
)
def test_a_table_fits_and_cuts_nothing(
    rows: list[tuple[str, str, str]], columns: int, last_fills: bool
) -> None:
    """Long cells are wrapped: every visible character is still there."""
    lines = list(text.table(("a", "b", "c"), rows, columns, last_fills=last_fills))
    shown = "".join("".join(lines[1:]).split())
    for row in rows:
        for cell in row:
            for char in "".join(cell.split()):
                assert char in shown
    assert len(shown) == sum(len("".join(cell.split())) for row in rows for cell in row)
    assert all(len(line) <= columns for line in lines if line.isascii())


@pytest.mark.parametrize(
    ("ns", "shown"),
    [
        (None, "–"),
        (0, "–"),
        (850, "850 ns"),
        (8_500, "8.5 µs"),
        (12_345_678, "12 ms"),
        (3_400_000_000, "3.4 s"),
    ],
)
def test_durations_are_short(ns: int | None, shown: str) -> None:
    """Two digits are enough for people."""
    assert text.duration(ns) == shown


def test_wide_characters_count_twice() -> None:
    """A server may have a Chinese name."""
    assert text.cells("计算") == 4
    assert text.cells("é") == 1


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR, dumb terminals and pipes get plain text."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert text.strong("x") == "\x1b[1mx\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert text.strong("x") == "x"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert text.strong("x") == "x"


def test_a_terminal_is_at_least_forty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS decides, within reason."""
    monkeypatch.setenv("COLUMNS", "5")
    assert text.width() == 40
    monkeypatch.setenv("COLUMNS", "133")
    assert text.width() == 133
