"""Which messages are held at the bus, and why: breakpoints, and stepping."""

import fnmatch
import shlex
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracenova.trace import names
from tracenova.trace.model import Span

if TYPE_CHECKING:
    from tracenova.messaging.envelope import Envelope

FIELDS = ("topic", "method", "host", "instance", "kind", "filter")
_ENOUGH_REASONS = 10_000


Refusal = tuple[str, str]
"""A filter, and a host that it refused."""


class BadBreakpoint(ValueError):
    """The text names no breakpoint; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Holds messages of which every field given matches; ``*`` is any text.

    Attributes:
        text: what the user wrote, ``method=build_* host=compute2``.
        wanted: field → pattern.
    """

    text: str
    wanted: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> "Breakpoint":
        """Read ``field=pattern`` pairs; a lone word means a method.

        Raises:
            BadBreakpoint: a field is unknown, or there is none.
        """
        try:
            words = shlex.split(text)
        except ValueError as error:
            raise BadBreakpoint(f"{error}: {text!r}") from None
        wanted = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals:
                name, value = "method", word
            if name not in FIELDS or not value:
                raise BadBreakpoint(
                    f"{word!r}: write FIELD=TEXT, FIELD one of {', '.join(FIELDS)}"
                )
            wanted[name] = value
        if not wanted:
            raise BadBreakpoint("a breakpoint names at least one FIELD=TEXT")
        return cls(" ".join(words), wanted)

    def matches(self, envelope: "Envelope", refusals: Iterable[Refusal] = ()) -> bool:
        """Say whether the message is to be held.

        Args:
            envelope: the message.
            refusals: which filters have refused which hosts before a scheduler's answer.
        """
        if "filter" in self.wanted:
            # filters send nothing: the scheduler's answer is held when one refused
            return is_answer(envelope) and any(self._refused(one) for one in refusals)
        if envelope.kind == "reply" and self.wanted.get("kind") != "reply":
            return False
        return all(_fits(envelope, name, want) for name, want in self.wanted.items())

    def _refused(self, refusal: Refusal) -> bool:
        name, host = refusal
        wanted = self.wanted["filter"].lower()
        names = name.lower(), name.lower().removesuffix("filter")
        asked = self.wanted.get("host", "*")
        short = host.partition("/")[0]
        return any(fnmatch.fnmatchcase(one, wanted) for one in names) and (
            fnmatch.fnmatchcase(host, asked) or fnmatch.fnmatchcase(short, asked)
        )


class Gate:
    """Decides about each message of a user's request, and remembers why.

    Called from the services' threads; periodic tasks always pass.

    Args:
        settle: waits until the filters' spans up to now have been told; asked only
            before a scheduler's answer, and only while a breakpoint is on a filter.
    """

    def __init__(self, settle: Callable[[], None] = lambda: None) -> None:
        self._settle = settle
        self._refusals: list[Refusal] = []
        self.stepping = False
        self.breakpoints: list[Breakpoint] = []
        self._why: dict[str, str] = {}
        self._lock = threading.Lock()

    def holds(self, envelope: "Envelope") -> bool:
        """Say whether the message is to be held; the match of the tap's rule."""
        reason = self._reason(envelope)
        if reason:
            with self._lock:
                if len(self._why) > _ENOUGH_REASONS:
                    self._why.clear()
                self._why[envelope.id] = reason
        return bool(reason)

    def why(self, message_id: str) -> str:
        """Return why a message is held."""
        return self._why.get(message_id, "a rule of the lab")

    def refused(self, refusals: Iterable[Refusal]) -> None:
        """Note that a filter has refused hosts."""
        with self._lock:
            self._refusals = [*self._refusals, *refusals][-_ENOUGH_REASONS:]

    def _before_answer(self, envelope: "Envelope") -> list[Refusal]:
        """Return what filters refused before this answer of the scheduler's."""
        if not is_answer(envelope):
            return []
        if any("filter" in one.wanted for one in self.breakpoints):
            self._settle()
        with self._lock:
            refusals, self._refusals = self._refusals, []
        return refusals

    def _reason(self, envelope: "Envelope") -> str:
        if envelope.kind == "notification":
            return ""
        refusals = self._before_answer(envelope)
        for breakpoint_ in self.breakpoints:
            if breakpoint_.matches(envelope, refusals):
                return f"breakpoint {breakpoint_.text}"
        if self.stepping and envelope.kind != "reply" and is_of_user(envelope):
            return "stepping"
        return ""


def is_answer(envelope: "Envelope") -> bool:
    """Say whether the message is the scheduler's answer."""
    return envelope.kind == "reply" and envelope.method == "select_destinations"


def is_of_user(envelope: "Envelope") -> bool:
    """Say whether a user's request caused the message, not a periodic task."""
    context = envelope.context
    return bool(context.get("user_id") or context.get("user"))


def _fits(envelope: "Envelope", name: str, pattern: str) -> bool:
    if name == "instance":
        return any(uuid.startswith(pattern) for uuid in _instances(envelope.args))
    found = {
        "topic": envelope.topic,
        "method": envelope.method,
        "host": envelope.server or "",
        "kind": envelope.kind,
    }[name]
    return fnmatch.fnmatchcase(found, pattern) or (
        name == "method" and pattern in found
    )


def _instances(value: Any, depth: int = 0) -> set[str]:
    """Return the uuids of instances that the arguments name."""
    found: set[str] = set()
    if depth > 6:
        return found
    if isinstance(value, Mapping):
        if value.get("nova_object.name") == "Instance":
            data = value.get("nova_object.data") or {}
            found.add(str(data.get("uuid") or ""))
        for key, member in value.items():
            if key == "instance_uuid" and isinstance(member, str):
                found.add(member)
            found |= _instances(member, depth + 1)
    elif isinstance(value, (list, tuple)):
        for member in value:
            found |= _instances(member, depth + 1)
    return found - {""}


def refusals(span: Span) -> list[Refusal]:
    """Return which hosts a filter's run refused."""
    name = span.text(names.FILTER_NAME) or ""
    judged = zip(
        span.column(names.FILTER_HOSTS),
        span.column(names.FILTER_PASSED),
        span.column(names.FILTER_SHADOW),
        strict=False,
    )
    return [
        (name, str(host))
        for host, passed, shadow in judged
        if not passed and not shadow
    ]
