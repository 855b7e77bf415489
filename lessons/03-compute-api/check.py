"""Boots three servers and then four, with the student's quotas."""

import re
from collections.abc import Iterator

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding

_RESOURCES = ("instances", "cores", "ram")


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield whether three fit, and whether each quota alone would refuse a fourth."""
    changed, given = attempt.toml("lab.toml"), attempt.original("lab.toml")
    changed.pop("quotas", None)
    given.pop("quotas", None)
    yield attempt.holds("only_quotas", changed == given)
    if changed != given:
        return
    three = attempt.boot("lab.toml")
    yield attempt.holds("three", three.succeeded, told=three.refusal or three.fault)
    if not three.succeeded:
        return
    four = attempt.boot("lab.toml", count=4)
    named = re.search(r"Quota exceeded for ([\w, ]+):", four.refusal)
    exceeded = re.findall(r"\w+", named[1]) if named else []
    for resource in _RESOURCES:
        yield attempt.holds(resource, resource in exceeded)
