"""The code is the textbook: what it says of itself and of Nova is there and true."""

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("tracenova", "tui/tracenova_tui", "diagrams/tracenova_diagrams")
_PATH = re.compile(r"(?<![\w./-])((?:nova|etc)/[\w./-]+)")
_NAMED = re.compile(r"^Nova: (nova/\S+?\.py) ([A-Za-z_][\w.]*)$", re.MULTILINE)
_LISTED = re.compile(r"(nova/[\w/.]+?\.py) \[([^\]]*)\]")
_NO_DEFINITION = re.compile(  # a constant, or what is assigned rather than defined
    r"_?[A-Z][A-Z_]+|\w+\.fields|_legacy_property_map|remotable(_classmethod)?"
    r"|GroupDetails|main_context_manager|get_notifier"
)
Definition = ast.ClassDef | ast.FunctionDef


class Said(NamedTuple):
    """What one thing of the code says of itself."""

    where: str
    text: str


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def _definitions(node: ast.AST) -> Iterator[Definition]:
    """Yield classes, functions and methods; what stands inside a function is its own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield child
        if isinstance(child, ast.ClassDef | ast.If | ast.Try):
            yield from _definitions(child)


def _is_public(thing: Definition) -> bool:
    decorators = [ast.unparse(decorator) for decorator in thing.decorator_list]
    told_elsewhere = any("overload" in d or d.endswith(".setter") for d in decorators)
    if any(ast.unparse(line).startswith("msg_fmt =") for line in thing.body):
        return False  # a row of the table of exceptions: its text is what it means
    return not thing.name.startswith("_") and not told_elsewhere


def _twin(path: Path) -> str:
    """Return the path of Nova's file of the same name, for a module of tracenova."""
    return "nova" + path.as_posix().removeprefix("tracenova")


@pytest.fixture(scope="module")
def said() -> list[Said]:
    """Return every docstring of the project, and where it stands."""
    return [
        Said(f"{path} {getattr(thing, 'name', '')}", text)
        for path, module in _modules()
        for thing in (module, *_definitions(module))
        if (text := ast.get_docstring(thing))
    ]


@pytest.fixture(scope="module")
def nova_paths() -> set[str]:
    """Return the files and folders of Nova at the tag (tests and languages left out)."""
    files = (ROOT / "tests/data/nova-paths.txt").read_text().split()
    folders = {parent for file in files for parent in PurePosixPath(file).parents}
    return {*files, *map(str, folders)}


@pytest.fixture(scope="module")
def nova_names() -> dict[str, dict[str, int]]:
    """Return Nova's classes and functions, by file."""
    index = ROOT / "tracenova/telemetry/nova_index.json"
    names: dict[str, dict[str, int]] = json.loads(index.read_text())
    return names


def test_every_public_thing_says_what_it_means() -> None:
    """A first line that is a sentence; properties and methods too."""
    silent = []
    for path, module in _modules():
        public = [thing for thing in _definitions(module) if _is_public(thing)]
        hidden = {
            inner
            for outer in _definitions(module)
            if isinstance(outer, ast.ClassDef) and outer.name.startswith("_")
            for inner in _definitions(outer)
        }
        for thing in (module, *(one for one in public if one not in hidden)):
            text = ast.get_docstring(thing) or ""
            if not text.partition("\n")[0].endswith((".", "?", "!")) and (
                thing is not module or thing.body
            ):
                silent.append(f"{path} {getattr(thing, 'name', '')}")
    assert silent == []


def test_what_is_called_nova_s_is_there(said: list[Said], nova_paths: set[str]) -> None:
    """Every nova/… path in a docstring is a file or folder of Nova 14.1.0."""
    unknown = [
        f"{where}: {path}"
        for where, text in said
        for path in _PATH.findall(text)
        if path.rstrip("./") not in nova_paths
    ]
    assert unknown == []


def test_nova_s_names_are_spelled_as_nova_does(
    said: list[Said], nova_names: dict[str, dict[str, int]]
) -> None:
    """``Nova: path name`` and ``Nova: path [name, start_*]`` name what the file defines."""
    unknown = []
    for where, text in said:
        named = [(path, name.rstrip(".")) for path, name in _NAMED.findall(text)]
        for path, names in _LISTED.findall(text):
            listed = [name.strip() for name in re.split(r"[,;]", names)]
            named += [(path, n) for n in listed if re.fullmatch(r"[\w.*]+", n)]
        unknown += [
            f"{where}: {path} {name}"
            for path, name in named
            if path in nova_names
            and not _NO_DEFINITION.fullmatch(name)
            and not any(
                fnmatch(known, name) or fnmatch(known, f"*.{name}")
                for known in nova_names[path]
            )
        ]
    assert unknown == []


def test_a_file_that_nova_has_names_its_twin(nova_paths: set[str]) -> None:
    """Same path, same file: the module says so, and what was left out."""
    silent = [
        str(path)
        for path, module in _modules()
        if _twin(path) in nova_paths
        and module.body
        and "nova/" not in (ast.get_docstring(module) or "")
    ]
    assert silent == ["tracenova/__init__.py"]  # it speaks of every folder
