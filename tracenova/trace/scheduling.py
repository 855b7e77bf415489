"""What the scheduler decided: filter runs, weigher runs, choices."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tracenova.trace import names
from tracenova.trace.decisions import Choice, FilterRun, Verdict, WeigherRun, Weight
from tracenova.trace.model import Span
from tracenova.trace.rows import error_type
from tracenova.trace.tree import SpanTree

_SCHEDULE = "FilterScheduler._schedule"


class Scheduling:
    """All schedulings of a trace: attempt = one request to the scheduler, from 1.

    Args:
        spans: the spans to look at, in story order.
    """

    def __init__(self, tree: SpanTree, spans: Iterable[Span]) -> None:
        self.choices: list[Choice] = []
        self.filter_runs: list[FilterRun] = []
        self.weigher_runs: list[WeigherRun] = []
        self._tree = tree
        self._asked: list[Span] = []
        self._attempts: dict[tuple[str, str], int] = {}
        self._seen: Counter[tuple[int, str]] = Counter()
        for span in spans:
            if span.name == _SCHEDULE or names.HOSTS_TOTAL in span.attributes:
                self._asked.append(span)
                self._attempts[span.key] = len(self._asked)
                self.choices.extend(self._choices(span))
            elif names.FILTER_NAME in span.attributes:
                self.filter_runs.append(self._filter_run(span))
            elif names.WEIGHER_NAME in span.attributes:
                self.weigher_runs.append(self._weigher_run(span))
        for span in self._asked:
            self._add_choice_of_nobody(span)

    def _attempt(self, span: Span) -> int:
        for above in self._tree.ancestors(span):
            if above.key in self._attempts:
                return self._attempts[above.key]
        return max(1, len(self._attempts))

    def _round_of(self, span: Span, attempt: int, name: str) -> int:
        self._seen[attempt, name] += 1
        said = span.number(names.INSTANCE_INDEX)
        return self._seen[attempt, name] if said is None else said + 1

    def _choices(self, span: Span) -> Iterator[Choice]:
        hosts = span.column(names.WEIGHED_HOSTS)
        weights = span.reals(names.WEIGHED_WEIGHTS, finite=False)
        instances = _padded(span.reals(names.WEIGHED_INSTANCE), len(hosts), 0)
        orders: dict[int, list[tuple[str, float]]] = {}
        for instance, host, weight in zip(instances, hosts, weights, strict=False):
            orders.setdefault(int(instance), []).append((str(host), weight))
        selected = [str(host) for host in span.column(names.SELECTED)]
        single = span.column(names.SINGLE_SURVIVOR)
        for index, host in enumerate(selected):
            alone = bool(single[index]) if index < len(single) else False
            yield self._choice(span, index, orders.get(index, []), host, alone)
        if not selected or span.status == "error":
            index = len(selected)
            yield self._choice(span, index, orders.get(index, []), None, alone=False)

    def _add_choice_of_nobody(self, span: Span) -> None:
        """Some instances found hosts, and then one was filtered for that found none."""
        attempt = self._attempts[span.key]
        known = [place for place, c in enumerate(self.choices) if c.attempt == attempt]
        rounds = [run.round for run in self.filter_runs if run.attempt == attempt]
        if len(known) < max(rounds, default=0):
            choice = self._choice(span, len(known), [], None, alone=False)
            self.choices.insert(known[-1] + 1, choice)

    def _choice(
        self,
        span: Span,
        index: int,
        order: list[tuple[str, float]],
        selected: str | None,
        alone: bool,
    ) -> Choice:
        return Choice(
            attempt=self._attempts[span.key],
            round=index + 1,
            hosts_total=span.number(names.HOSTS_TOTAL),
            order=tuple(order),
            subset_size=span.number(names.SUBSET_SIZE),
            selected=selected,
            single_survivor=alone,
            filters_skipped=bool(span.attributes.get(names.FILTERS_SKIPPED)),
            instance=span.text(names.INSTANCE_UUID) if index == 0 else None,
            span_id=span.span_id,
            error="" if selected else error_type(span) or span.error,
            case=span.text(names.CASE),
        )

    def _filter_run(self, span: Span) -> FilterRun:
        attempt = self._attempt(span)
        index = span.number(names.FILTER_INDEX) or 0
        name = span.text(names.FILTER_NAME) or span.name
        round_ = self._round_of(span, attempt, name)
        hosts = span.column(names.FILTER_HOSTS)
        passed = span.column(names.FILTER_PASSED)
        reasons = _padded(span.column(names.FILTER_REASONS), len(hosts), "")
        shadow = _padded(span.column(names.FILTER_SHADOW), len(hosts), False)
        numbers = _padded(span.column(names.FILTER_NUMBERS), len(hosts), "")
        verdicts = tuple(
            Verdict(
                *(name, index, str(h), bool(p), str(r), bool(s), attempt, round_),
                _numbers(n),
            )
            for h, p, r, s, n in zip(
                hosts, passed, reasons, shadow, numbers, strict=False
            )
        )
        decided = [v for v in verdicts if not v.shadow]
        hosts_in = span.number(names.FILTER_HOSTS_IN)
        hosts_out = span.number(names.FILTER_HOSTS_OUT)
        return FilterRun(
            name=name,
            index=index,
            hosts_in=len(decided) if hosts_in is None else hosts_in,
            hosts_out=sum(v.passed for v in decided)
            if hosts_out is None
            else hosts_out,
            verdicts=verdicts,
            attempt=attempt,
            round=round_,
            span_id=span.span_id,
            duration_ns=span.duration_ns,
            error=_failure(span),
        )

    def _weigher_run(self, span: Span) -> WeigherRun:
        attempt = self._attempt(span)
        name = span.text(names.WEIGHER_NAME) or span.name
        columns = zip(
            span.column(names.WEIGHER_HOSTS),
            span.reals(names.WEIGHER_RAW, finite=False),
            span.reals(names.WEIGHER_NORMALIZED, finite=False),
            span.reals(names.WEIGHER_WEIGHTED, finite=False),
            strict=False,
        )
        multiplier = span.real(names.WEIGHER_MULTIPLIER)
        return WeigherRun(
            name=name,
            multiplier=1.0 if multiplier is None else multiplier,
            minval=span.real(names.WEIGHER_MINVAL),
            maxval=span.real(names.WEIGHER_MAXVAL),
            weights=tuple(
                Weight(name, str(h), raw, norm, weighted)
                for h, raw, norm, weighted in columns
            ),
            attempt=attempt,
            round=self._round_of(span, attempt, name),
            span_id=span.span_id,
            minval_by=span.text(names.WEIGHER_MINVAL_BY),
            maxval_by=span.text(names.WEIGHER_MAXVAL_BY),
            error=_failure(span),
        )


def _failure(span: Span) -> str:
    if span.status != "error":
        return ""
    kind = error_type(span)
    return f"{kind}: {span.error}" if kind and kind != span.error else span.error


def _numbers(text: Any) -> dict[str, Any]:
    if not text:
        return {}
    try:
        told = json.loads(str(text))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _padded(column: tuple[Any, ...], length: int, filler: Any) -> list[Any]:
    return [*column, *[filler] * (length - len(column))]
