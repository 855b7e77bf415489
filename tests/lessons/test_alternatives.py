"""Other right solutions pass, plausible wrong ones are told what is wrong."""

from pathlib import Path

import pytest

from tests.lessons.material import LESSONS
from tracenova.lesson import checking, folder
from tracenova.lesson.bench import Bench
from tracenova.lesson.findings import Result

pytestmark = pytest.mark.timeout(240)  # several labs, perhaps on a busy machine


def checked(
    bench: Bench, place: Path, number: int, file: str, *changes: tuple[str, str]
) -> Result:
    """Check a lesson's solution with some of its text changed."""
    lesson = next(each for each in LESSONS if each.number == number)
    folder.fill_solution(lesson, place, "en")
    text = (place / file).read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (place / file).write_text(text)
    return checking.check(lesson, place, bench, "en")


@pytest.mark.parametrize(
    ("number", "file", "changes"),
    [
        (1, "answers.toml", [('    "202 Accepted",\n', ""), ('    "spawn",\n', '    "202 Accepted",\n    "spawn",\n')]),
        (2, "exercise.py", [('"OpenStack-API-Version": "compute 2.37"', '"X-OpenStack-Nova-API-Version": "2.38"')]),
        (3, "lab.toml", [("cores = 9", "cores = 11"), ("ram = 18000", "ram = 23999")]),
        (6, "answers.toml", [("= 0", '= "0"'), ('"nova-conductor"', '" Nova-Conductor"')]),
        (8, "nova.conf", [("disk_weight_multiplier = 1.0", "disk_weight_multiplier = 0.5"), ("ram_weight_multiplier = 2.0", "ram_weight_multiplier = 1")]),
    ],
)  # fmt: skip
def test_another_right_solution_passes(
    bench: Bench, tmp_path: Path, number: int, file: str, changes: list[tuple[str, str]]
) -> None:
    """The goal is checked, not one text."""
    result = checked(bench, tmp_path, number, file, *changes)
    assert result.passed, result


@pytest.mark.parametrize(
    ("number", "file", "changes", "said"),
    [
        (1, "answers.toml", [('"the server\'s id"', '"the host"')], "Who chooses the host?"),
        (2, "exercise.py", [('"none"', '"auto"')], "is on the network private"),
        (2, "exercise.py", [("compute 2.37", "compute 2.36")], "nova-api answered 400 badRequest"),
        (3, "lab.toml", [("instances = 3", "instances = 4")], "does not complain of instances"),
        (3, "lab.toml", [("memory_mb = 6000", "memory_mb = 600")], "Something outside of [quotas]"),
        (3, "lab.toml", [("[quotas]", "[quotas")], "lab.toml: "),
        (5, "exercise.py", [("map(int, version", "map(str, version"), ("map(int, cap", "map(str, cap")], "as texts or as numbers"),
        (5, "exercise.py", [("    major, minor", "    while True: pass\n    major, minor")], "does a loop never end"),
        (8, "nova.conf", [("disk_weight_multiplier = 1.0", "disk_weight_multiplier = 0.5")], "2 options of nova.conf differ"),
        (8, "nova.conf", [("ram_weight_multiplier = 2.0", "ram_weight_multiplier = 1.1")], "compute3 wins"),
        (8, "nova.conf", [("ram_weight_multiplier = 2.0", "ram_weight_multiplier = much")], "nova.conf: could not convert"),
    ],
)  # fmt: skip
def test_a_plausible_mistake_is_told(
    bench: Bench,
    tmp_path: Path,
    number: int,
    file: str,
    changes: list[tuple[str, str]],
    said: str,
) -> None:
    """In one line, and without the answer."""
    result = checked(bench, tmp_path, number, file, *changes)
    assert result.status == "fail", result
    messages = [finding.message for finding in result.failures]
    assert any(said in message for message in messages), messages
