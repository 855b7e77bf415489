"""Asks the student's function what oslo.messaging would have to answer, too."""

from collections.abc import Iterator

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding

# name of the check → offers, cap, the right answer
CASES: dict[str, tuple[list[str], str | None, str | None]] = {
    "no_cap": (["4.3", "4.0"], None, "4.3"),
    "exact": (["4.3", "4.0"], "4.3", "4.3"),
    "falls_back": (["4.3", "4.0"], "4.2", "4.0"),
    "several": (["1.10", "1.9", "1.8", "1.7", "1.5"], "1.8", "1.8"),
    "numbers": (["1.10", "1.9"], "1.10", "1.10"),
    "not_texts": (["1.10", "1.9", "1.5"], "1.9", "1.9"),
    "major": (["4.3", "4.0"], "5.0", None),
    "none": (["4.3", "4.2"], "4.1", None),
}


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield for each case whether the function chose rightly."""
    asked = [[offers, cap] for offers, cap, _ in CASES.values()]
    said = attempt.calls("exercise.py", "choose_version", asked)
    for (key, (offers, cap, right)), got in zip(CASES.items(), said, strict=True):
        values = {"offers": offers, "cap": cap, "got": got}
        yield attempt.holds(key, got == right, **values)
