"""A filter's answers as a trace keeps them: yes or no, the reason, its numbers.

Refusals know their numbers; the sentences are put together here, and only when somebody
wants to keep them.
"""

import functools
import json
import math
from collections.abc import Callable
from typing import Any, Final

from tracenova.refusal import Refusal, Verdict


class Told:
    """The columns of one filter's answers, made when they are read first."""

    def __init__(self, verdicts: list[Verdict]) -> None:
        self._verdicts = verdicts

    def read(self) -> None:
        """Make the columns now: what the answers hold may change."""
        _ = self.passed, self.reasons, self.numbers

    @functools.cached_property
    def passed(self) -> tuple[bool, ...]:
        """Who passed."""
        return tuple(map(bool, self._verdicts))

    @functools.cached_property
    def refuses(self) -> bool:
        """Whether anybody did not pass."""
        return not all(self.passed)

    @functools.cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why not; empty for those who passed."""
        if not self.refuses:
            return ("",) * len(self.passed)
        return tuple(
            [
                "" if kept else _reason(verdict)
                for kept, verdict in zip(self.passed, self._verdicts, strict=True)
            ]
        )

    @functools.cached_property
    def numbers(self) -> tuple[str, ...]:
        """What decided each refusal, as a JSON object; empty where there is nothing."""
        if not self.refuses:
            return ("",) * len(self.passed)
        return tuple(
            [
                _numbers(verdict.values) if isinstance(verdict, Refusal) else ""
                for verdict in self._verdicts
            ]
        )


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
        shown = [_WRITTEN[type(value)](value) for value in values.values()]
        return _form(tuple(values)) % tuple(shown)
    except (KeyError, ValueError):  # not only whole numbers and finite ones
        return _numbers_of_all_kinds(values)


@functools.lru_cache(maxsize=256)
def _form(keys: tuple[str, ...]) -> str:
    members = (f"{_encode(key)}: ".replace("%", "%%") + "%s" for key in keys)
    return f"{{{', '.join(members)}}}" if keys else ""


def _finite(number: float) -> str:
    if not math.isfinite(number):
        raise ValueError(number)
    return repr(number)


def _numbers_of_all_kinds(values: dict[str, Any]) -> str:
    try:
        return _encode(values)
    except Exception:  # noqa: BLE001 - a student's own; no number, or no JSON
        return _encode({name: f"{value!r:.80}" for name, value in values.items()})


def _plain(value: Any) -> float | str:
    return float(value) if hasattr(value, "__float__") else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, default=_plain, allow_nan=False).encode
_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    int: int.__repr__,
    float: _finite,
    str: json.encoder.encode_basestring,
}
