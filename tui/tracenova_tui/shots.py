"""Screenshots of every view, without a terminal: ``python -m tracenova_tui.shots``.

::

    python -m tracenova_tui.shots TRACE FOLDER [COLUMNSxROWS] [THEME]
"""

import asyncio  # noqa: TID251 - Textual's own loop
import sys
from pathlib import Path

from tracenova_tui.app import TracenovaApp
from tracenova_tui.screens.story import StoryScreen
from tracenova_tui.views import VIEWS


async def shoot(trace: Path, folder: Path, size: tuple[int, int], theme: str) -> None:
    """Write one SVG a view into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    app = TracenovaApp([trace], theme=theme)
    async with app.run_test(size=size) as pilot:
        while not isinstance(app.screen, StoryScreen):
            await pilot.pause(0.05)
        screen = app.screen
        for _ in range(4):
            await pilot.press("full_stop")
        for name in VIEWS:
            screen.action_view(name)
            await pilot.pause(0.1)
            svg = app.export_screenshot(title=f"tracenova: {name}")
            (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the screenshots; return the exit code."""
    if not 2 <= len(arguments) <= 4:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    trace, folder, *rest = arguments
    columns, _, rows = (rest[0] if rest else "160x48").partition("x")
    theme = rest[1] if len(rest) > 1 else "dark"
    asyncio.run(shoot(Path(trace), Path(folder), (int(columns), int(rows)), theme))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
