"""Finds the scheduling cases that real Nova 14.1.0 has answered.

``tests/data/scheduler-cases/cases`` holds hosts and requests, ``golden`` what the
unmodified HostManager, filters and weighers said.
"""

import functools
import json
from pathlib import Path
from typing import Any, Final

from oslo_utils import timeutils

from tracenova.scheduler.cases import answer as answers
from tracenova.scheduler.cases import document, world
from tracenova.scheduler.cases.world import CaseScheduler, configured

__all__ = [
    "CaseHostManager",
    "CaseScheduler",
    "Json",
    "answer",
    "case_names",
    "configured",
    "hard",
    "load",
]
FOLDER: Final = Path(__file__).parents[2] / "data" / "scheduler-cases"
HARD: Final = FOLDER.with_name("scheduler-cases-hard")
Json = dict[str, Any]


def case_names() -> list[str]:
    """Return the names of all cases."""
    return sorted(file.stem for file in (FOLDER / "cases").glob("*.json"))


def load(folder: str, name: str) -> Json:
    """Return a document of ``cases`` or ``golden``."""
    loaded: Json = json.loads((FOLDER / folder / f"{name}.json").read_text())
    return loaded


@functools.cache
def hard() -> dict[str, tuple[Json, Json]]:
    """Return the harder cases by name, each with Nova's answer."""
    lines = [
        [json.loads(line) for line in (HARD / file).read_text().splitlines()]
        for file in ("cases.jsonl", "golden.jsonl")
    ]
    return {case["case"]: (case, told) for case, told in zip(*lines, strict=True)}


def answer(case: Json) -> answers.Answered:
    """Return what the scheduler says to the case."""
    return answers.answered(document.checked(case, "case"))


class CaseHostManager(world.CaseHostManager):
    """A case's host manager, today."""

    def __init__(self, case: Json) -> None:
        super().__init__(case, timeutils.utcnow())
