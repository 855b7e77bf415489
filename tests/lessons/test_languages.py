"""English and Chinese are in step: same structure, same keys, same commands."""

import ast
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lessons.material import LESSONS, ROOT, SLUGS
from tracenova.lesson import language
from tracenova.lesson.spec import Lesson

_CJK = re.compile(r"[\u4e00-\u9fff]")


def _structure(page: Path) -> dict[str, Any]:
    text = page.read_text(encoding="utf-8")
    fences = re.findall(r"^```(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"\]\(([^)]+)\)", prose)
    return {
        "headings": re.findall(r"^(#+) ", prose, re.MULTILINE),
        "fences": fences,
        "links": sorted(link.replace(".zh.md", ".en.md") for link in links),
        "rows of tables": len(re.findall(r"^\|", prose, re.MULTILINE)),
        "items": len(re.findall(r"^\s*(?:[-*]|\d+\.) ", prose, re.MULTILINE)),
        "nova": sorted(set(re.findall(r"(?<![\w/])(?:etc/)?nova/[\w./-]*\w", prose))),
    }


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
def test_the_texts_are_in_step(lesson: Lesson) -> None:
    """Same headings, fences, links, tables, lists and files of Nova."""
    chinese = lesson.folder / "lesson.zh.md"
    assert _structure(lesson.folder / "lesson.en.md") == _structure(chinese)
    assert _CJK.search(chinese.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
def test_the_words_are_in_step(lesson: Lesson) -> None:
    """Same keys, and the same {names} in each sentence."""
    chinese = lesson.folder / "words.zh.toml"
    assert _shape(_read(lesson.folder / "words.en.toml")) == _shape(_read(chinese))


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
def test_translated_exercises_do_the_same(lesson: Lesson) -> None:
    """Comments and docstrings are translated, and nothing else."""
    for translated in (lesson.folder / "exercise.zh").glob("*"):
        given = lesson.exercise / translated.name
        assert _meaning(translated) == _meaning(given), translated


def _meaning(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        tree = ast.parse(text)
        for node in ast.walk(tree):
            documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
            if isinstance(node, documented) and ast.get_docstring(node):
                node.body = node.body[1:]
        return ast.dump(tree)
    if file.suffix == ".toml":
        return tomllib.loads(text)
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("page", ["glossary", "quiz", "teachers-guide"])
def test_the_pages_around_are_in_step(page: str) -> None:
    """Glossary, quiz and teacher's guide: same structure, same anchors."""
    english, chinese = (
        ROOT / "lessons" / f"{page}.{lang}.md" for lang in language.LANGUAGES
    )
    assert _structure(english) == _structure(chinese)
    anchors = [
        re.findall(r'<a id="([\w-]+)">', file.read_text(encoding="utf-8"))
        for file in (english, chinese)
    ]
    assert anchors[0] == anchors[1]


def test_the_runner_s_own_words_are_in_step() -> None:
    """The runner speaks both languages."""
    folder = Path(language.__file__).parent / "words"
    assert _shape(_read(folder / "en.toml")) == _shape(_read(folder / "zh.toml"))


def _read(file: Path) -> Any:
    return language._read(file)


def _shape(said: Any) -> Any:
    if isinstance(said, Mapping):
        return {key: _shape(value) for key, value in said.items()}
    if isinstance(said, list):
        return [_shape(value) for value in said]
    return sorted(re.findall(r"\{[^}]*\}", str(said)))
