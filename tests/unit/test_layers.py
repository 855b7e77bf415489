"""The import contracts of pyproject.toml notice what they forbid."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = {
    "one-way": ("tracenova/objects/planted.py", "tracenova.lab.cloud"),
    "read-model": ("tracenova/trace/planted.py", "networkx"),
    "diagrams": ("diagrams/tracenova_diagrams/planted.py", "tracenova.lab.boot"),
    "screens": ("tui/tracenova_tui/planted.py", "tracenova.scheduler.manager"),
    "managers": ("tracenova/conductor/manager.py", "tracenova.scheduler.manager"),
    "compute-has-no-database": ("tracenova/virt/planted.py", "tracenova.db.api"),
    "no-opentelemetry": ("tracenova/scheduler/planted.py", "opentelemetry"),
    "no-drawing": ("tracenova/lab/planted.py", "textual"),
}


def _contracts() -> dict[str, str]:
    """Return the contracts' names by id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract["name"] for contract in contracts}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return what import-linter says of each contract in a tree that breaks them all."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    only_code = shutil.ignore_patterns("__pycache__", "*.md", "*.json", "*.toml")
    for source in ("tracenova", "tui/tracenova_tui", "diagrams/tracenova_diagrams"):
        shutil.copytree(ROOT / source, copy / source, ignore=only_code)
    for file, imported in PLANTED.values():
        with (copy / file).open("a") as module:
            module.write(f"\nimport {imported}\n")
    said = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=copy,
        env={"PYTHONPATH": f"{copy}:{copy / 'tui'}:{copy / 'diagrams'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1, said.stdout + said.stderr
    return _by_contract(said.stdout.partition("Broken contracts\n")[2])


def _by_contract(text: str) -> dict[str, str]:
    """Cut the report of broken contracts at their underlined names."""
    parts = re.split(r"\n\n(?=[^\n]+(?:\n[^\n]+)*\n-{4,}\n)", "\n" + text)
    names = {_words(name): key for key, name in _contracts().items()}
    found = {}
    for part in parts:
        title, _, rest = part.partition("\n----")
        if key := names.get(_words(title.lstrip("-"))):
            found[key] = _words(rest)
    return found


def _words(text: str) -> str:
    return " ".join(text.split())


def _module(file: str) -> str:
    return re.sub(r"^(tui|diagrams)/", "", file).removesuffix(".py").replace("/", ".")


@pytest.mark.parametrize("contract", PLANTED)
def test_a_bad_import_breaks_the_contract(
    contract: str, reported: Mapping[str, str]
) -> None:
    """Whoever breaks a rule of the architecture is told which, and where."""
    file, imported = PLANTED[contract]
    assert f"{_module(file)} -> {imported}" in reported[contract]


def test_every_contract_is_proven_once() -> None:
    """A contract that never fails may be worded so that it cannot."""
    assert list(_contracts()) == list(PLANTED)


def test_the_read_model_forbids_every_library_the_project_uses() -> None:
    """The list of libraries in its contract keeps up with the dependencies."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = settings["tool"]["importlinter"]["contracts"][1]
    imports = {
        "opentelemetry_proto": "opentelemetry",
        "opentelemetry_sdk": "opentelemetry",
        "pastedeploy": "paste",
    }
    for wanted in settings["project"]["dependencies"]:
        name = (
            re.split(r"[>=<[]", wanted)[0].lower().replace("-", "_").replace(".", "_")
        )
        assert imports.get(name, name) in contract["forbidden_modules"]


def test_a_service_loads_no_opentelemetry() -> None:
    """What the contract says of the text is true of the running process, too."""
    question = (
        "import sys, tracenova.compute.manager, tracenova.scheduler.manager;"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", question],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "[]"
