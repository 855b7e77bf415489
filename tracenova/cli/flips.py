"""What would have turned a decision, found by asking the scheduler again."""

import contextlib
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tracenova.cli import text
from tracenova.trace.story import Decision, shown

if TYPE_CHECKING:
    from tracenova.scheduler.cases.flips import Flip


@dataclass(frozen=True, slots=True)
class Flipped:
    """The smallest changes that turn one decision for one host.

    Attributes:
        host: the host; None: there is nobody to ask about.
        problem: why it could not be asked; "" otherwise.
    """

    host: str | None
    flips: "tuple[Flip, ...]" = ()
    problem: str = ""

    def lines(self, columns: int) -> Iterator[str]:
        """Yield the changes as sentences."""
        if self.host is None:
            return
        yield ""
        yield f"what would turn it for {text.escaped(shown(self.host))}"
        if self.problem:
            yield from text.paragraph(self.problem, columns, "  ")
            return
        for flip in self.flips:
            yield from text.paragraph(flip.sentence(), columns, "  ")
        if not self.flips:
            yield "  no change of one number"
        else:
            yield "  (each checked by asking the scheduler again)"

    def data(self) -> dict[str, Any]:
        """Return the changes as plain data."""
        return {
            "host": self.host,
            "problem": self.problem or None,
            "changes": [asdict(flip) for flip in self.flips],
        }


def flipped(decision: Decision, host: str | None) -> Flipped:
    """Ask what would have made the host (else the runner-up) win, or at least pass."""
    about = host or _runner_up(decision)
    if about is None or about == decision.choice.selected:
        return Flipped(None)
    if decision.choice.case is None and host is None:
        return Flipped(None)
    if decision.choice.case is None:
        return Flipped(about, problem="the trace does not hold what the scheduler knew")
    from tracenova.scheduler.cases.document import CaseError, checked
    from tracenova.scheduler.cases.flips import Question, flips

    try:
        case = checked(json.loads(decision.choice.case), "recorded")
        label = about.replace("/", "|", 1)
        question = Question(case, label, instance=decision.choice.round - 1)
        with _quiet():
            return Flipped(about, tuple(flips(question)))
    except (CaseError, ValueError, KeyError, StopIteration) as error:
        return Flipped(about, problem=f"it cannot be asked again: {error}")


def _runner_up(decision: Decision) -> str | None:
    order = [name for name, _ in decision.choice.order]
    others = [name for name in order if name != decision.choice.selected]
    if others:
        return others[0]
    refused = [name for name in decision.hosts if name not in order]
    return min(refused, key=lambda name: len(_against(decision, name)), default=None)


def _against(decision: Decision, host: str) -> list[Any]:
    return [v for v in decision.verdicts.get(host, ()) if not v.passed]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the scheduler logs about cases that nobody has seen to itself."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
