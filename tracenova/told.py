"""A filter's answers as a trace keeps them: yes or no, the reason, its numbers.

Refusals know their numbers; the sentences are put together here, and only when somebody
wants to keep them.
"""

import functools
import json
from typing import Any

from tracenova.refusal import Refusal, Verdict


class Told:
    """The columns of one filter's answers, made when they are read first."""

    def __init__(self, verdicts: list[Verdict]) -> None:
        self._verdicts = verdicts

    def read(self) -> None:
        """Make the columns now: what the answers hold may change."""
        _ = self.passed, self.reasons, self.numbers

    @functools.cached_property
    def passed(self) -> list[bool]:
        """Who passed."""
        return list(map(bool, self._verdicts))

    @functools.cached_property
    def reasons(self) -> list[str]:
        """Why not; empty for those who passed."""
        if all(self.passed):
            return [""] * len(self.passed)
        return [
            "" if kept else _reason(verdict)
            for kept, verdict in zip(self.passed, self._verdicts, strict=True)
        ]

    @functools.cached_property
    def numbers(self) -> list[str]:
        """What decided each refusal, as a JSON object; empty where there is nothing."""
        if all(self.passed):
            return [""] * len(self.passed)
        return [
            _numbers(verdict.values) if isinstance(verdict, Refusal) else ""
            for verdict in self._verdicts
        ]


def numbers_column(*told: Told) -> list[str] | None:
    """Return the numbers of several answers; None when there are none at all."""
    column = [numbers for each in told for numbers in each.numbers]
    return column if any(column) else None


def raised(error: Exception) -> Refusal:
    """Return the answer of a filter that failed instead of answering."""
    values = {"kind": type(error).__name__, "error": error}
    return Refusal("raised %(kind)s: %(error)s", values, 0)


def _reason(verdict: Verdict) -> str:
    if not isinstance(verdict, Refusal):  # a student's filter may answer plain False
        return "no reason given" if verdict is False else f"answered {verdict!r:.80}"
    try:
        return verdict.template % verdict.values
    except Exception as error:  # noqa: BLE001 - a student's own text; never in the way
        return f"{verdict.template} (unreadable: {error!r:.80})"


def _numbers(values: dict[str, Any]) -> str:
    try:
        return _encode(values) if values else ""
    except Exception:  # noqa: BLE001 - as above; no number, or no JSON
        return _encode({name: f"{value!r:.80}" for name, value in values.items()})


def _plain(value: Any) -> float | str:
    return float(value) if hasattr(value, "__float__") else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_plain, allow_nan=False).encode
