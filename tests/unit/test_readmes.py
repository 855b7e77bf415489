"""Every folder tells in one page what its files are for."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    {path.parent.relative_to(ROOT) for path in (ROOT / "tracenova").rglob("*.py")}
    | {Path("tracenova/lab/builtin")}
)


def _named(text: str) -> set[str]:
    """Return what stands in backquotes, ``a_{b,c}.py`` written out, without ``.py``."""
    found = set()
    for quoted in re.findall(r"`([^`\n]+)`", text):
        start, brace, rest = quoted.partition("{")
        middle, _, end = rest.partition("}")
        options = middle.split(",") if brace else [""]
        found |= {f"{start}{option}{end}".removesuffix(".py") for option in options}
    return found - {"*"}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_s_readme_lists_its_files_in_forty_lines(folder: Path) -> None:
    """A line a file or group of files; a name with ``*`` stands for several."""
    text = (ROOT / folder / "README.md").read_text()
    names = _named(text)
    unlisted = [
        path.name
        for path in (ROOT / folder).glob("*.py")
        if path.stem != "__init__" and not any(fnmatch(path.stem, n) for n in names)
    ]
    assert unlisted == []
    assert len(text.splitlines()) <= 40


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_s_readme_lists_nothing_that_is_gone(folder: Path) -> None:
    """A Python file without a path is one of the folder, or one of Nova's there."""
    text = (ROOT / folder / "README.md").read_text()
    nova = (ROOT / "tests/data/nova-paths.txt").read_text()
    gone = [
        name
        for name in re.findall(r"`(\w+\.py)`", text)
        if not (ROOT / folder.parent / name).exists()
        and not any((ROOT / folder).rglob(name))
        and f"/{name}\n" not in nova
    ]
    assert gone == []


LINKED = sorted(
    path.relative_to(ROOT)
    for path in (
        *ROOT.glob("tracenova/**/*.md"),
        *ROOT.glob("lessons/explanation/*.md"),
    )
)


@pytest.mark.parametrize("page", LINKED, ids=str)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link names a file or folder of the project."""
    text = (ROOT / page).read_text()
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    lost = [to for to in targets if not (ROOT / page.parent / to).exists()]
    assert lost == []


@pytest.mark.parametrize(
    "page",
    sorted((ROOT / "lessons/explanation").glob("*.md")),
    ids=lambda page: page.name,
)
def test_an_explanation_is_one_page_that_is_listed(page: Path) -> None:
    """At most sixty lines, and the folder's README leads to it."""
    assert len(page.read_text().splitlines()) <= 60
    if page.name != "README.md":
        assert f"]({page.name})" in page.with_name("README.md").read_text()
