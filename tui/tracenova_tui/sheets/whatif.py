"""What if: other multipliers, another flavor; the new decision beside the old one.

Multipliers are exact: sums are taken again from the recorded normalized weights. For
another flavor only the verdicts whose numbers the trace holds can be given again, and
the answer says which.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tracenova.trace.decisions import Verdict
from tracenova.trace.story import Decision, number
from tracenova_tui.ink import Line, line, pad
from tracenova_tui.sheets.remarks import short
from tracenova_tui.sheets.request import Request

_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_SIZED = {"RamFilter": "memory_mb", "DiskFilter": "disk_gb", "CoreFilter": "vcpus"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is changed.

    Attributes:
        multipliers: weigher → multiplier.
        flavor: memory_mb, vcpus, disk_gb → value.
    """

    multipliers: Mapping[str, float] = field(default_factory=dict)
    flavor: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.multipliers or self.flavor)

    def changed(self, name: str, value: float) -> "Question":
        """Return the question with one thing more.

        Raises:
            ValueError: there is no such thing to change.
        """
        if name in ("memory_mb", "vcpus", "disk_gb"):
            return Question(self.multipliers, {**self.flavor, name: int(value)})
        return Question({**self.multipliers, name: value}, self.flavor)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one host: refused by whom, or its sum; unsure says of what."""

    host: str
    refused_by: str = ""
    total: float | None = None
    unsure: str = ""


def fates(decision: Decision, question: Question) -> list[Fate]:
    """Return each host's fate under the question, best first."""
    found = [_fate(decision, host, question) for host in decision.hosts]
    return sorted(found, key=lambda fate: (bool(fate.refused_by), -(fate.total or 0)))


def _fate(decision: Decision, host: str, question: Question) -> Fate:
    unsure: list[str] = []
    for verdict in decision.verdicts.get(host, ()):
        passes = _again(verdict, question)
        if passes is None:
            unsure.append(verdict.filter)
        elif not passes:
            return Fate(host, refused_by=verdict.filter)
    if not decision.weighers:
        return Fate(host, total=decision.total(host), unsure=", ".join(unsure))
    weighed = [
        (question.multipliers.get(run.name, run.multiplier), weight.normalized)
        for run in decision.weighers
        for weight in run.weights
        if weight.host == host
    ]
    total = sum(m * n for m, n in weighed) if weighed else None
    return Fate(host, total=total, unsure=", ".join(unsure))


def _again(verdict: Verdict, question: Question) -> bool | None:
    """Return the verdict under the question; None when the trace lacks the numbers."""
    asked = question.flavor.get(_SIZED.get(verdict.filter, ""))
    if asked is None:
        return verdict.passed
    found = [float(text) for text in _NUMBERS.findall(verdict.reason)]
    if len(found) < 2:
        return None if verdict.passed else False
    scale = found[0] / asked if not asked else 1.0
    wanted = asked * (1024 if verdict.filter == "DiskFilter" else 1) * scale
    return wanted <= found[1]


def answer(
    decision: Decision, request: Request, question: Question, width: int
) -> Iterator[Line]:
    """Yield the decision as it was and as it would be, side by side."""
    if not question:
        return
    yield []
    changes = [f"{name} {value:g}" for name, value in question.multipliers.items()]
    for name, value in question.flavor.items():
        changes.append(f"{name} {getattr(request, name)} → {value}")
    yield line((" what if ", "accent"), " ", (", ".join(changes), "strong"))
    old = fates(decision, Question())
    new = fates(decision, question)
    half = max(20, (width - 8) // 2)
    yield line((f"   {pad('as it was', half)} │ as it would be", "head"))
    for before, after in zip(old, new, strict=True):
        differs = before.host != after.host or before.refused_by != after.refused_by
        yield line(
            "   ", pad(_words(before, old), half), (" │ ", "dim"),
            (_words(after, new), "strong" if differs else ""),
        )  # fmt: skip
    if any(fate.unsure for fate in new):
        unsure = next(fate.unsure for fate in new if fate.unsure)
        yield line(
            (f"   ? {unsure} passed, and the trace holds no numbers of it", "warn")
        )


def _words(fate: Fate, all_: list[Fate]) -> str:
    name = short(fate.host)
    if fate.refused_by:
        return f"✗ {name} refused by {fate.refused_by}"
    sum_ = "" if fate.total is None else f" {number(fate.total)}"
    first = "◀ " if all_ and all_[0] is fate else "  "
    return f"{first}{name}{sum_}{' ?' if fate.unsure else ''}"
