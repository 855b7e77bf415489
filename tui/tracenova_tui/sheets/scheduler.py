"""The scheduler's decision: hosts × filters, the funnel, weights with the formula."""

from collections.abc import Iterator
from typing import Any

from tracenova.trace.decisions import Verdict
from tracenova.trace.story import (
    Decision,
    formula,
    multiplier_sentences,
    number,
    verdict_sentence,
)
from tracenova_tui.ink import Line, Piece, line, pad
from tracenova_tui.player import Player
from tracenova_tui.sheets import wrap
from tracenova_tui.sheets.base import Listed
from tracenova_tui.sheets.remarks import funnel, short
from tracenova_tui.sheets.request import Request
from tracenova_tui.sheets.whatif import Question, answer
from tracenova_tui.story import Story

_HOST = 12
_BLOCKS = " ▏▎▍▌▋▊▉█"


class SchedulerSheet(Listed):
    """Why this host: every decision of the trace, a matrix each."""

    name = "Scheduler"
    empty = "The scheduler was not asked in this trace."
    help = (
        "A line is a host, a column a filter: ✓ passed, ✗ refused, (✗) would have",
        "refused too, had it been asked. Under a host: why, with the numbers.",
        "x  why not: the sentence of the next refused host",
        "e  edit a multiplier or the flavor, and see both decisions",
        "u  undo the edits",
    )

    def __init__(self, story: Story, player: Player) -> None:
        super().__init__(story, player)
        self.question = Question()
        self.host_lines: dict[int, tuple[Decision, str]] = {}
        self._version = 0

    def ask(self, question: Question) -> None:
        """Change multipliers or the flavor; the decision is shown twice."""
        self.question = question
        self._version += 1

    def depends(self) -> tuple[Any, ...]:
        """Return the edits."""
        return (self._version,)

    def write(self, width: int) -> None:
        """Write every decision."""
        self.host_lines = {}
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
        filters = _filter_columns(decision, width)
        self.put(_matrix_head(filters), span_id)
        for host in decision.hosts:
            self.host_lines[len(self)] = (decision, host)
            self.put(_matrix_row(decision, host, filters, width), span_id)
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
        for one in answer(decision, request, self.question, width):
            self.put(one, span_id)
        self.put(None, span_id)

    def _request(
        self, decision: Decision, request: Request, width: int
    ) -> Iterator[Line]:
        choice = decision.choice
        chosen = short(choice.selected) if choice.selected else "no valid host"
        parts = [f" attempt {choice.attempt}"]
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
        return list(_about(decision, host))

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
            f"  {pad(short(host), _HOST)} ", (pad(bar(total / most, size), size), "bar"),
            f" {number(total):>6} ", (chosen, "accent"),
        )  # fmt: skip
        yield from wrap.words(formula(decision, host), width, "dim", " " * (_HOST + 3))


def bar(part: float, size: int) -> str:
    """Return a bar of eighths of a column."""
    eighths = round(max(0.0, min(1.0, part)) * size * 8)
    return "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def _filter_columns(decision: Decision, width: int) -> list[tuple[str, str]]:
    """Return each filter's name and what its column is called."""
    names = [run.name for run in decision.filters]
    room = width - _HOST - 14
    each = max(3, min(14, room // max(1, len(names)) - 1))
    titles: list[str] = []
    for name in names:
        title = abbreviation(name, each)
        titles.append(title)
    return list(zip(names, titles, strict=True))


def abbreviation(name: str, size: int) -> str:
    """Return a filter's name in so many columns: ``RamFilter`` → ``Ram``."""
    stem = name.removesuffix("Filter")
    if len(stem) <= size:
        return stem
    humps = "".join(char for char in stem if char.isupper())
    if len(humps) > 1 and size >= len(humps) + 2:
        words = _humps(stem)
        each = max(1, size // len(words))
        return "".join(word[:each] for word in words)[:size]
    return stem[:size]


def _humps(stem: str) -> list[str]:
    words: list[str] = []
    for char in stem:
        if char.isupper() or not words:
            words.append(char)
        else:
            words[-1] += char
    return words


def _matrix_head(filters: list[tuple[str, str]]) -> Line:
    cells = " ".join(pad(title, max(3, len(title))) for _, title in filters)
    return line((f" {pad('host', _HOST)} {cells} │      Σ", "head"))


def _matrix_row(
    decision: Decision, host: str, filters: list[tuple[str, str]], width: int
) -> Line:
    verdicts = {v.filter: v for v in decision.verdicts.get(host, ())}
    chosen = host == decision.choice.selected
    pieces = [Piece(f" {pad(short(host), _HOST)} ", "strong" if chosen else "")]
    for name, title in filters:
        text, role = _cell(verdicts.get(name))
        pieces.append(Piece(pad(text, max(3, len(title))) + " ", role))
    total = decision.total(host)
    if total is None and chosen and decision.choice.single_survivor:
        shown = "only one"
    else:
        shown = "–" if total is None else number(total)
    pieces.append(Piece(f"│ {shown:>6} ", "" if total is not None else "dim"))
    pieces.append(Piece("◀ chosen" if chosen else "", "accent"))
    return pieces


def _cell(verdict: Verdict | None) -> tuple[str, str]:
    if verdict is None:
        return " · ", "faint"
    mark = "✓" if verdict.passed else "✗"
    if verdict.shadow:
        return f"({mark})", "dim" if verdict.passed else "warn"
    return f" {mark} ", "ok" if verdict.passed else "error"


def _is_sentence(one: Line) -> bool:
    return bool(one) and one[0].text == " ✗ "


def _about(decision: Decision, host: str) -> Iterator[Line]:
    yield line((f" {short(host)}", "strong"))
    yield from wrap.words(
        verdict_sentence(decision, host).replace(host, short(host)), 44
    )
    yield []
    for verdict in decision.verdicts.get(host, ()):
        mark, role = _cell(verdict)
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
    yield line((" e edits the request or a multiplier", "dim"))


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
