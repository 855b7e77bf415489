"""What a lesson's text names is there: links, words, commands, Nova's files."""

import json
import re
from pathlib import Path, PurePosixPath

import click
import pytest

from tests.lessons.material import LESSONS, ROOT, SLUGS, texts
from tracenova.cli import group
from tracenova.lesson import language
from tracenova.lesson.spec import Lesson

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
HEADINGS = {
    "en": ["The idea", "Watch", "Exercise", "Read on"],
    "zh": ["要点", "观察", "练习", "延伸阅读"],
}
_CODE = re.compile(r"^```.*?^```|^ {4}.*?$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
PAGES = sorted(
    page.relative_to(ROOT)
    for page in (ROOT / "lessons").rglob("*.md")
    if "explanation" not in page.parts
)


@every_lesson
def test_a_text_is_one_short_page(lesson: Lesson) -> None:
    """At most 150 lines of 100 columns, the title that the list shows, four headings."""
    for page in texts(lesson):
        lang = page.name.split(".")[1]
        lines = page.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 150, page
        shown = [re.sub(r"\]\([^)]*\)", "]", line) for line in lines]
        assert not [line for line in shown if len(line) > 100], page
        title = language.of(lesson, lang).say("title")
        assert lines[0] == f"# {lesson.number} · {title}", page
        found = [line[3:] for line in lines if line.startswith("## ")]
        assert [each for each in found if each in HEADINGS[lang]] == HEADINGS[lang], (
            page
        )


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    """Files exist, and so do the anchors in them."""
    text = _CODE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    for target, _, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(#([^)]*))?\)", text):
        to = (ROOT / page.parent / target) if target else ROOT / page
        assert to.exists(), target
        if anchor:
            assert f'id="{anchor}"' in to.read_text(encoding="utf-8"), anchor


@every_lesson
def test_the_glossary_s_words_are_linked(lesson: Lesson) -> None:
    """What lesson.toml lists is linked in each text, and the reverse."""
    for page in texts(lesson):
        lang = page.name.split(".")[1]
        text = page.read_text(encoding="utf-8")
        linked = set(re.findall(rf"\]\(\.\./glossary\.{lang}\.md#([\w-]+)\)", text))
        assert linked == set(lesson.glossary), page
    assert lesson.glossary


@pytest.fixture(scope="module")
def nova_paths() -> set[str]:
    """Return the files and folders of Nova at the tag (tests and languages left out)."""
    files = (ROOT / "tests/data/nova-paths.txt").read_text().split()
    folders = {parent for file in files for parent in PurePosixPath(file).parents}
    return {*files, *map(str, folders)}


@every_lesson
def test_nova_s_files_are_there(lesson: Lesson, nova_paths: set[str]) -> None:
    """Every path that a text names is one of Nova 14.1.0, and the listed ones are named."""
    assert lesson.nova
    assert set(lesson.nova) <= nova_paths
    for page in texts(lesson):
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"(?<![\w/])(?:etc/)?nova/[\w./-]*\w", text))
        own = set(re.findall(r"(?<![\w/])tracenova/[\w./-]*\w", text))
        assert {path for path in named if path not in nova_paths} == set(), page
        assert {path for path in own if not (ROOT / path).exists()} == set(), page
        assert set(lesson.nova) <= named, page


@every_lesson
def test_nova_s_names_are_in_the_files_that_are_said(lesson: Lesson) -> None:
    """`Class.method` in an item of "Read on" is defined in the item's file."""
    index = json.loads((ROOT / "tracenova/telemetry/nova_index.json").read_text())
    for page in texts(lesson):
        text = page.read_text(encoding="utf-8")
        for item in re.split(r"^- ", text, flags=re.MULTILINE)[1:]:
            path, *named = re.findall(r"`([^`\n]+)`", item.partition("\n\n")[0]) or [""]
            for name in named if path in index else ():
                if re.fullmatch(r"[A-Z]\w*[a-z]\w*(\.\w+)?", name):
                    assert name in index[path], f"{page.name}: {path}: {name}"


@every_lesson
def test_commands_within_sentences_exist(lesson: Lesson) -> None:
    """`tracenova …` in a text, a hint or a message is a command with such options."""
    said = [file.read_text(encoding="utf-8") for file in lesson.folder.glob("*.*.*")]
    for command in re.findall(r"`(tracenova [^`\n]+)`", "\n".join(said)):
        words = command.split()[1:]
        context = click.Context(group.tracenova)
        found: click.Command = group.tracenova
        while isinstance(found, click.Group) and words:
            known = found.get_command(context, words[0])
            assert known is not None, command
            found = known
            words = words[1:]
        options = {name for each in found.params for name in each.opts}
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= options, command


@every_lesson
def test_words_are_complete(lesson: Lesson) -> None:
    """Title, idea, three or four hints, a sentence for each question."""
    words = language.of(lesson, "en")
    assert words.say("idea").endswith((".", "?"))
    hints = words.get("hints")
    assert 2 <= len(hints) <= 5
    for question in lesson.questions:
        assert words.say("questions", question.id, "ask")
