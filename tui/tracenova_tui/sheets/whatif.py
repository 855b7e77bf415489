"""What if: other multipliers, another flavor; the new decision beside the old one.

The scheduler itself is asked again, with what it knew. A trace that does not hold what it
knew still allows other multipliers: the sums are taken again from the recorded weights.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracenova.trace.story import Decision, number, verdict_sentence
from tracenova_tui.ink import Line, line, pad
from tracenova_tui.sheets import wrap
from tracenova_tui.sheets.remarks import short

_FLAVOR = {
    "memory_mb": "flavor.memory_mb",
    "vcpus": "flavor.vcpus",
    "disk_gb": "flavor.root_gb",
    "root_gb": "flavor.root_gb",
    "ephemeral_gb": "flavor.ephemeral_gb",
    "swap": "flavor.swap",
}
_MULTIPLIER = "multiplier."


@dataclass(frozen=True, slots=True)
class Question:
    """What is changed: path → value, as ``tracenova schedule --set`` takes them."""

    changes: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return bool(self.changes)

    def changed(self, word: str, weighers: Sequence[str]) -> "Question":
        """Return the question with one thing more: ``memory_mb=512``, ``RAM=-1``.

        Raises:
            ValueError: it is no NAME=VALUE, or there is no such thing to change.
        """
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise ValueError(f"{word!r} is not NAME=VALUE")
        path = _FLAVOR.get(name, name)
        for weigher in weighers:
            if name in (weigher, weigher.removesuffix("Weigher")):
                path = f"{_MULTIPLIER}{weigher}"
        if "." not in path:
            raise ValueError(f"there is no {name}")
        return Question({**self.changes, path: value})

    def lines(self) -> list[str]:
        """Return the changes as ``PATH=VALUE``."""
        return [f"{path}={value}" for path, value in self.changes.items()]

    def multipliers(self) -> dict[str, float] | None:
        """Return weigher → multiplier; None when other things are changed too.

        Raises:
            ValueError: a multiplier is no number.
        """
        if not all(path.startswith(_MULTIPLIER) for path in self.changes):
            return None
        return {
            path.removeprefix(_MULTIPLIER): float(value)
            for path, value in self.changes.items()
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the scheduler says now.

    Attributes:
        decision: None: it could not be asked, or it is still being asked.
        problem: why it could not be asked.
    """

    decision: Decision | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one host: refused by whom, or its sum."""

    host: str
    refused_by: str = ""
    total: float | None = None
    chosen: bool = False


def fates(decision: Decision) -> list[Fate]:
    """Return each host's fate, best first."""
    found = []
    for host in decision.hosts:
        refusal = decision.refusal(host)
        chosen = decision.choice.selected == host
        if refusal is not None:
            found.append(Fate(host, refused_by=refusal.filter))
        else:
            found.append(Fate(host, total=decision.total(host), chosen=chosen))
    return sorted(
        found, key=lambda f: (bool(f.refused_by), not f.chosen, -(f.total or 0))
    )


def recounted(decision: Decision, multipliers: Mapping[str, float]) -> list[Fate]:
    """Return each host's fate with other multipliers, from the recorded weights."""
    found = []
    for fate in fates(decision):
        if fate.refused_by or not decision.weighers:
            found.append(fate)
            continue
        total = sum(
            multipliers.get(run.name, run.multiplier) * weight.normalized
            for run in decision.weighers
            for weight in run.weights
            if weight.host == fate.host
        )
        found.append(Fate(fate.host, total=total))
    found.sort(key=lambda f: (bool(f.refused_by), -(f.total or 0)))
    if found and not found[0].refused_by:
        best = found[0]
        found[0] = Fate(best.host, total=best.total, chosen=True)
    return found


def told(
    decision: Decision, question: Question, answer: Answer | None, width: int
) -> Iterator[Line]:
    """Yield the decision as it was and as it would be, side by side."""
    if not question:
        return
    yield []
    yield line((" what if ", "accent"), " ", (", ".join(question.lines()), "strong"))
    if answer is None:
        yield line(("   ◌ the scheduler is asked again … (Esc gives up)", "dim"))
        return
    if answer.decision is None:
        yield from wrap.words(answer.problem, width, "warn", "   ✗ ")
        new = _from_weights(decision, question)
        if new is None:
            return
        yield line(("   sums taken again from the recorded weights:", "dim"))
    else:
        new = fates(answer.decision)
    old = fates(decision)
    half = max(20, (width - 8) // 2)
    yield line((f"   {pad('as it was', half)} │ as it would be", "head"))
    for before, after in zip(old, new, strict=False):
        differs = before.host != after.host or before.refused_by != after.refused_by
        yield line(
            "   ", pad(_words(before), half), (" │ ", "dim"),
            (_words(after), "strong" if differs else ""),
        )  # fmt: skip
    if answer.decision is not None:
        yield from _reasons(decision, answer.decision, width)


def _from_weights(decision: Decision, question: Question) -> list[Fate] | None:
    try:
        multipliers = question.multipliers()
    except ValueError:
        return None
    return None if multipliers is None else recounted(decision, multipliers)


def _reasons(before: Decision, after: Decision, width: int) -> Iterator[Line]:
    """Yield a sentence about each host whose fate is another."""
    was = {fate.host: (fate.refused_by, fate.chosen) for fate in fates(before)}
    for fate in fates(after):
        if was.get(fate.host) != (fate.refused_by, fate.chosen):
            said = verdict_sentence(after, fate.host).replace(
                fate.host, short(fate.host)
            )
            yield from wrap.words(said, width, "", "   → ")


def _words(fate: Fate) -> str:
    name = short(fate.host)
    if fate.refused_by:
        return f"✗ {name} refused by {fate.refused_by}"
    sum_ = "" if fate.total is None else f" {number(fate.total)}"
    return f"{'◀ ' if fate.chosen else '  '}{name}{sum_}"
