"""Boots with the student's weigher: one server, three, five, a bigger one, a full cloud."""

from collections.abc import Iterator
from typing import Any

from tracenova.lesson.attempt import Attempt
from tracenova.lesson.findings import Finding

_NAME = "BestFitWeigher"


def check(attempt: Attempt) -> Iterator[Finding]:
    """Yield where the servers went."""
    attempt.text("exercise.py")
    five = attempt.boot("lab.toml", config=["nova.conf"], count=5).trace
    weighers = {run.name for run in five.weigher_runs()}
    yield attempt.holds("asked", _NAME in weighers)
    if _NAME not in weighers:
        return
    hosts = [_host(choice) for choice in five.choices()]
    yield attempt.holds("one", hosts[:1] == ["compute2"], host=hosts[0])
    wanted = ["compute2", "compute2", "compute3"]
    yield attempt.holds("three", hosts[:3] == wanted, hosts=", ".join(hosts[:3]))
    wanted += ["compute3", "compute3"]
    yield attempt.holds("no_overcommit", hosts == wanted, hosts=", ".join(hosts))
    big = _chosen(attempt, "lab.toml", flavor="m1.medium")
    yield attempt.holds("big", big == "compute2", host=big)
    least = _chosen(attempt, "tight.toml")
    yield attempt.holds("least", least == "compute2", host=least)


def _chosen(attempt: Attempt, lab: str, **order: Any) -> str:
    """Return the host of the first server."""
    booted = attempt.boot(lab, config=["nova.conf"], **order)
    return next((_host(choice) for choice in booted.trace.choices()), "nobody")


def _host(choice: Any) -> str:
    return str(choice.selected or "nobody").partition("/")[0]
