"""Plays events to the student's code: at once, late, in any order, never."""

from collections.abc import Iterator
from typing import Any

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield what holds in each scene."""
    attempt.text("exercise.py")
    scenes = attempt.helper("scenes.py", "play")
    yield _found(attempt, "early", scenes["early"], _went_well(scenes["early"]))
    yield _found(attempt, "late", scenes["late"], _went_well(scenes["late"]))
    yield _found(attempt, "two", scenes["two"], _went_well(scenes["two"]))
    none = scenes["none"]
    yield _found(attempt, "paused", none, "start" in none["did"])
    refused = none["said"] == "error" and "resume" not in none["did"]
    yield _found(attempt, "none", none, refused)
    yield _found(attempt, "many", scenes["many"], _went_well(scenes["many"]))


def _went_well(scene: dict[str, Any]) -> bool:
    return scene["said"] == "active" and scene["did"][-2:] == ["start", "resume"]


def _found(attempt: Attempt, key: str, scene: dict[str, Any], good: bool) -> Finding:
    return attempt.holds(key, good, said=scene["said"], did=", ".join(scene["did"]))
