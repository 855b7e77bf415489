"""Why a host was chosen, or why it was not: every number that led there."""

from collections.abc import Iterator

from tracenova.cli import text
from tracenova.cli.render.filters import heading, nobody, sign
from tracenova.trace.story import (
    Decision,
    formula,
    multiplier_sentences,
    number,
    stale_sentences,
    verdict_sentence,
)


def lines(decision: Decision, host: str | None, columns: int) -> Iterator[str]:
    """Yield the explanation of one choice, for one host or for all."""
    yield text.strong(heading(decision))
    hosts = [host] if host else decision.hosts
    if not decision.hosts:
        yield "no host was looked at"
    for shown in hosts:
        yield from text.paragraph(verdict_sentence(decision, shown), columns)
    if decision.choice.selected is None and (decision.failure or not decision.hosts):
        yield from text.paragraph(nobody(decision), columns)
    if host:
        yield from _verdicts(decision, host, columns)
    yield from _sums(decision, host, columns)
    changes = list(multiplier_sentences(decision))
    if changes:
        yield ""
        yield "what would change the winner"
    for sentence in changes:
        yield from text.paragraph(sentence, columns, "  ")


def _verdicts(decision: Decision, host: str, columns: int) -> Iterator[str]:
    rows = [
        (sign(verdict), verdict.filter, _words(verdict.reason, shadow=verdict.shadow))
        for verdict in decision.verdicts.get(host, [])
    ]
    if rows:
        yield ""
        yield from text.table(("", "filter", "reason"), rows, columns)


def _sums(decision: Decision, host: str | None, columns: int) -> Iterator[str]:
    ranked = [known for known, _ in decision.choice.order if host in (None, known)]
    if ranked and decision.weighers:
        yield ""
        yield "weights: multiplier × normalized, summed"
        for known in ranked:
            yield from text.paragraph(
                f"{known}: {formula(decision, known)}", columns, "  "
            )
        if host:
            yield from _weights(decision, host, columns)
        for sentence in stale_sentences(decision):
            yield from text.paragraph(sentence, columns, "  ")


def _weights(decision: Decision, host: str, columns: int) -> Iterator[str]:
    """Yield how each raw number became a part of the sum."""
    head = ("weigher", "raw", "min", "max", "normalized", "multiplier", "weighted")
    rows = [
        (
            run.name,
            *(
                "?" if value is None else number(value)
                for value in (
                    *(weight.raw, run.minval, run.maxval, weight.normalized),
                    *(run.multiplier, weight.weighted),
                )
            ),
        )
        for run in decision.weighers
        for weight in run.weights
        if weight.host == host
    ]
    if rows:
        yield ""
        yield "normalized = (raw − min) / (max − min), weighted = multiplier × normalized"
        numbers = frozenset(range(1, len(head)))
        yield from text.table(head, rows, columns, right=numbers)


def _words(reason: str, *, shadow: bool) -> str:
    if not shadow:
        return reason
    return f"{reason} (asked only for this explanation)".strip()


def data(decision: Decision) -> dict[str, object]:
    """Return the explanation as plain data."""
    return {
        "choice": decision.choice,
        "hosts": {
            host: {
                "sentence": verdict_sentence(decision, host),
                "chosen": host == decision.choice.selected,
                "refused_by": getattr(decision.refusal(host), "filter", None),
                "would_refuse": [v.filter for v in decision.would_refuse(host)],
                "verdicts": decision.verdicts.get(host, []),
                "weight": decision.total(host),
                "formula": formula(decision, host) if decision.weighers else None,
            }
            for host in decision.hosts
        },
        "weighers": decision.weighers,
        "stale_extremes": list(stale_sentences(decision)),
        "turns": list(multiplier_sentences(decision)),
    }
