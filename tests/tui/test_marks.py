"""Marks that show on blanks, underlines and reversed colours, are put upon words alone."""

from rich.style import Style

from tests.tui import screens
from tracenova_tui.widgets.lines import upon_words


def test_a_mark_is_put_upon_the_words_alone() -> None:
    """The blanks before and after keep the line's own look; nothing but blanks, too."""
    mark, base = Style(underline=True), Style(bold=True)
    assert [
        (one.text, bool(one.style and one.style.underline))
        for one in upon_words("  ✗ no host ", mark, base)
    ] == [("  ", False), ("✗ no host", True), (" ", False)]
    assert [(one.text, one.style) for one in upon_words("   ", mark, base)] == [
        ("   ", base)
    ]


def test_no_blank_is_underlined_in_mono() -> None:
    """What went wrong is underlined there; the columns around it are not."""

    async def look() -> None:
        path = screens.trace("no-valid-host")
        async with screens.opened(path, size=(80, 24), theme="mono") as (screen, _):
            pieces = [
                (one.text, bool(one.style and one.style.underline))
                for y in range(1, 20)
                for one in screen.view.render_line(y)
            ]
            assert any(marked for _, marked in pieces)
            assert not [text for text, marked in pieces if marked and text.isspace()]

    screens.run(look())
