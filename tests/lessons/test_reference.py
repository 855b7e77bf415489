"""The reference pages say what the code says."""

import re

import pytest

from tests.lessons.material import ROOT
from tracenova.lesson.reference import PAGES

FOLDER = ROOT / "lessons/reference"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_current(name: str) -> None:
    """python -m tracenova.lesson.reference lessons/reference would change nothing."""
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == PAGES[name](), (
        f"{name} is old: python -m tracenova.lesson.reference lessons/reference"
    )


def test_every_page_is_listed_and_nothing_else() -> None:
    """The README leads to each."""
    pages = {file.name for file in FOLDER.glob("*.md")} - {"README.md"}
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (FOLDER / "README.md").read_text()))
    assert pages == set(PAGES) == listed


def test_the_pages_hold_what_everybody_looks_for() -> None:
    """A page that came out empty would be current, too."""
    for name, wanted in {
        "rpc-methods.md": ("build_instances", "select_destinations", "4.3, 4.0"),
        "options.md": ("scheduler_max_attempts", "[upgrade_levels]"),
        "filters.md": ("`RamFilter` | 3", "ram_filter.py"),
        "weighers.md": ("`RAMWeigher` | `ram_weight_multiplier` | 1.0 | 0",),
        "states.md": ("building", "block_device_mapping", "| 1 | running |", "BUILD"),
        "span-attributes.md": ("nova.rpc.version",),
        "errors.md": ("`NoValidHost`", "`TooManyInstances` | `QuotaError` | 413"),
    }.items():
        text = (FOLDER / name).read_text(encoding="utf-8")
        for words in wanted:
            assert words in text, (name, words)
