"""Write every reference page into the folder named on the command line."""

import sys
from pathlib import Path

from tracenova.lesson.reference import PAGES


def main() -> None:
    """Write the pages."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
