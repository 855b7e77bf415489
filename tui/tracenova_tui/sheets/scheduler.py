"""The scheduler's decision: hosts × filters, the funnel, weights with the formula."""

from collections.abc import Iterator
from typing import Any

from tracenova.trace.story import (
    Decision,
    formula,
    multiplier_sentences,
    number,
    verdict_sentence,
)
from tracenova_tui.ink import Line, Piece, line, pad
from tracenova_tui.player import Player
from tracenova_tui.sheets import matrix, wrap
from tracenova_tui.sheets.base import Listed
from tracenova_tui.sheets.remarks import funnel, short
from tracenova_tui.sheets.request import Request
from tracenova_tui.sheets.whatif import Answer, Question, told
from tracenova_tui.story import Story

_BLOCKS = " ▏▎▍▌▋▊▉█"


class SchedulerSheet(Listed):
    """Why this host: every decision of the trace, a matrix each."""

    name = "Scheduler"
    empty = "The scheduler was not asked in this trace."
    help = (
        "A line is a host, a column a filter: ✓ passed, ✗ refused, (✗) would have",
        "refused too, had it been asked. Under a host: why, with the numbers.",
        "x  why not: the sentence of the next refused host",
        "e  edit a multiplier or the flavor: the scheduler is asked again, both decisions",
        "   stand side by side. Enter on a host: what would turn the decision for it",
        "u  undo the edits",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self.question = Question()
        self._answers: dict[tuple[str, int], Answer] = {}
        self._turns: dict[tuple[str, int, str], list[str]] = {}
        self._answer_line: int | None = None
        self.host_lines: dict[int, tuple[Decision, str]] = {}
        self._version = 0
        self._width = 100

    def ask(self, question: Question) -> None:
        """Change multipliers or the flavor; the decision is shown twice."""
        self.question = question
        self._answers = {}
        self._version += 1

    def answered(self, decision: Decision, question: Question, answer: Answer) -> None:
        """Take over what the scheduler says now, if that is still the question."""
        if question == self.question:
            self._answers[_key(decision)] = answer
            self._version += 1

    def turning(self, decision: Decision, host: str, said: list[str]) -> None:
        """Take over what would turn the decision for a host."""
        self._turns[(*_key(decision), host)] = said

    def is_edited(self) -> bool:
        """Say whether a question was asked here."""
        return bool(self.question or self._turns)

    def answer_line(self) -> int | None:
        """Return the line where the first answer begins."""
        self.arrange(self._width)
        return self._answer_line

    def depends(self) -> tuple[Any, ...]:
        """Return the edits."""
        return (self._version,)

    def write(self, width: int) -> None:
        """Write every decision."""
        self.host_lines = {}
        self._answer_line = None
        self._width = width
        for decision in self.story.decisions:
            self._decision(decision, width)

    def _decision(self, decision: Decision, width: int) -> None:
        span_id = decision.choice.span_id
        request = Request.of(decision, self.story)
        for one in self._request(decision, request, width):
            self.put(one, span_id)
        if decision.filters:
            self.put(line((f"  {funnel(decision)}", "dim")), span_id)
        self.put(None, span_id)
        filters = matrix.filter_columns(decision, width)
        self.put(matrix.head(filters), span_id)
        for host in decision.hosts:
            self.host_lines[len(self)] = (decision, host)
            self.put(matrix.row(decision, host, filters, width), span_id)
        self.put(None, span_id)
        for host in decision.hosts:
            self.host_lines[len(self)] = (decision, host)
            for one in why(decision, host, width):
                self.put(one, span_id)
        self.put(None, span_id)
        for one in weights(decision, width):
            self.put(one, span_id)
        for sentence in multiplier_sentences(decision):
            for one in wrap.words(sentence, width, "dim", "  ± "):
                self.put(one, span_id)
        self._what_if(decision, width)
        self.put(None, span_id)

    def _what_if(self, decision: Decision, width: int) -> None:
        if self.question and self._answer_line is None:
            self._answer_line = len(self) + 1
        now = self._answers.get(_key(decision))
        for one in told(decision, self.question, now, width):
            self.put(one, decision.choice.span_id)

    def _request(
        self, decision: Decision, request: Request, width: int
    ) -> Iterator[Line]:
        choice = decision.choice
        chosen = short(choice.selected) if choice.selected else "no valid host"
        parts = [f" attempt {self.story.attempt(decision)[0]}"]
        if choice.round > 1:
            parts.append(f"server {choice.round}")
        title = ", ".join(parts)
        role = "ok" if choice.selected else "error"
        yield [Piece(title, "head"), Piece("  →  ", "dim"), Piece(chosen, f"{role}")]
        yield from wrap.words(request.sentence(), width, "", "  ")

    def detail(self, at: int) -> list[Line] | None:
        """Return every filter's verdict about the host of the line."""
        found = self.host_lines.get(at)
        if found is None:
            return None
        decision, host = found
        said = self._turns.get((*_key(decision), host))
        return [*_about(decision, host), *_what_turns(decision, host, said)]

    def next_refused(self, at: int) -> int | None:
        """Return the line of the next host that was refused, after the given one."""
        refused = [
            line_
            for line_, (decision, host) in self.host_lines.items()
            if decision.refusal(host)
            and self.lines[line_]
            and _is_sentence(self.lines[line_])
        ]
        later = [line_ for line_ in refused if line_ > at]
        return next(iter(later or refused), None)

    def data(self) -> Any:
        """Return the decisions as plain data."""
        return [_plain(decision) for decision in self.story.decisions]


def why(decision: Decision, host: str, width: int) -> Iterator[Line]:
    """Yield the sentence that says what became of a host."""
    refused = decision.refusal(host) is not None
    chosen = decision.choice.selected == host
    mark = " ✗ " if refused else " ◀ " if chosen else " · "
    said = verdict_sentence(decision, host).replace(host, short(host))
    role = "warn" if refused else "strong" if chosen else ""
    yield from wrap.words(said, width, role, mark)


def weights(decision: Decision, width: int) -> Iterator[Line]:
    """Yield the weights: a bar for each host's sum, then the formula with numbers."""
    if not decision.weighers:
        return
    yield line((" weights", "head"), ("  multiplier × normalized, summed", "dim"))
    order = decision.choice.order
    most = max((abs(total) for _, total in order), default=0) or 1
    size = max(8, min(30, width // 4))
    for host, total in order:
        chosen = "◀ chosen" if host == decision.choice.selected else ""
        yield line(
            f"  {pad(short(host), matrix.HOST)} ", (pad(bar(total / most, size), size), "bar"),
            f" {number(total):>6} ", (chosen, "accent"),
        )  # fmt: skip
        yield from wrap.words(
            formula(decision, host), width, "dim", " " * (matrix.HOST + 3)
        )


def bar(part: float, size: int) -> str:
    """Return a bar of eighths of a column."""
    eighths = round(max(0.0, min(1.0, part)) * size * 8)
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def _is_sentence(one: Line) -> bool:
    return bool(one) and one[0].text == " ✗ "


def _about(decision: Decision, host: str) -> Iterator[Line]:
    yield line((f" {short(host)}", "strong"))
    yield from wrap.words(
        verdict_sentence(decision, host).replace(host, short(host)), 44
    )
    yield []
    for verdict in decision.verdicts.get(host, ()):
        mark, role = matrix.cell(verdict)
        yield line((mark, role), f" {verdict.filter}")
        if verdict.reason:
            yield from wrap.words(verdict.reason, 42, "warn", "     ")
    if decision.total(host) is not None:
        yield []
        yield line((" weights", "head"))
        for run in decision.weighers:
            for weight in run.weights:
                if weight.host == host:
                    raw = f"raw {number(weight.raw)}"
                    yield line(
                        f"  {number(run.multiplier):>5} × {number(weight.normalized):<5} ",
                        (run.name.removesuffix("Weigher"), ""), (f"  {raw}", "dim"),
                    )  # fmt: skip
    yield []


def _what_turns(
    decision: Decision, host: str, said: list[str] | None
) -> Iterator[Line]:
    if decision.choice.selected != host:
        yield line((" what would turn it", "head"))
        for one in said or ():
            yield from wrap.words(one, 42, "", "  ")
        if said is None:
            yield line(("  Enter asks the scheduler", "dim"))
        yield []
    yield line((" e what if: another request or multiplier", "dim"))


def _key(decision: Decision) -> tuple[str, int]:
    return decision.choice.span_id, decision.choice.round


def _plain(decision: Decision) -> dict[str, Any]:
    return {
        "attempt": decision.choice.attempt,
        "round": decision.choice.round,
        "selected": decision.choice.selected,
        "hosts": {
            host: {
                "why": verdict_sentence(decision, host),
                "verdicts": {
                    v.filter: {
                        "passed": v.passed,
                        "reason": v.reason,
                        "shadow": v.shadow,
                    }
                    for v in decision.verdicts.get(host, ())
                },
                "total": decision.total(host),
            }
            for host in decision.hosts
        },
    }
