"""The tap: a place on the bus where each message can be watched and interfered with.

Stepping through a boot, breakpoints and fault labs are all rules of the tap. A message
meets the rules once, when it is published; each copy of a fanout, and each reply, is a
message of its own. Senders never wait: a held cast has been sent as far as its sender
knows, and the caller of a held call runs into its timeout.

Every cloud has one tap, and only this process's messages pass it.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from tracenova import utils
from tracenova.messaging.envelope import Envelope

LOG = logging.getLogger(__name__)

MomentKind = Literal["published", "held", "delivered", "acked", "replied", "dropped"]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a message.

    Attributes:
        kind: ``published`` by its sender; ``held`` or ``dropped`` by a rule;
            ``delivered`` to a service (or, a reply, to its caller); ``acked`` by that
            service; ``replied``: the service has answered this call.
    """

    kind: MomentKind
    envelope: Envelope
    at_ns: int = field(default_factory=time.time_ns)


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep the message until somebody delivers it."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Lose the message."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Deliver the message later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Deliver the message more than once, as a broker may after a failure."""

    copies: int = 2


@dataclass(frozen=True, slots=True)
class Edit:
    """Deliver another message in its place; see ``Envelope.with_args``."""

    change: Callable[[Envelope], Envelope]


Action = Hold | Drop | Delay | Duplicate | Edit
Match = Callable[[Envelope], bool]
Deliver = Callable[[Envelope], None]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """What to do with which messages; the first rule that matches decides.

    Attributes:
        action: one of Hold, Drop, Delay, Duplicate, Edit.
        matches: picks the messages; every message by default.
        times: how often the rule applies; None: always.
    """

    action: Action
    matches: Match = lambda envelope: True
    times: int | None = None


class BusTap:
    """The tap of one cloud. Thread-safe."""

    def __init__(self) -> None:
        self.active = False
        """Whether anybody watches or interferes; if not, messages pass untouched."""
        self._lock = threading.Lock()
        self._delivering = threading.RLock()
        self._observers: list[Callable[[Moment], None]] = []
        self._rules: list[tuple[Rule, list[int]]] = []
        self._held: list[tuple[Envelope, Deliver]] = []
        self._closed = threading.Event()

    @contextmanager
    def observing(self, observer: Callable[[Moment], None]) -> Iterator[None]:
        """Tell the observer every moment within the block."""
        self.observe(observer)
        try:
            yield
        finally:
            self.ignore(observer)

    def observe(self, observer: Callable[[Moment], None]) -> None:
        """Tell the observer every moment, in the thread where it happens: be quick."""
        with self._changing():
            self._observers = [*self._observers, observer]

    def ignore(self, observer: Callable[[Moment], None]) -> None:
        """Tell the observer nothing any more."""
        with self._changing():
            self._observers = [one for one in self._observers if one != observer]

    def add(self, rule: Rule) -> Rule:
        """Apply the rule, after those that are there, to messages published from now."""
        with self._changing():
            self._rules = [*self._rules, (rule, [rule.times or 0])]
        return rule

    def remove(self, rule: Rule) -> None:
        """Apply the rule no more; what it holds stays held."""
        with self._changing():
            self._rules = [(one, left) for one, left in self._rules if one is not rule]

    def hold(self, matches: Match | None = None) -> Rule:
        """Hold the messages that match, or all: single-step the cloud."""
        return self.add(Rule(Hold()) if matches is None else Rule(Hold(), matches))

    def held(self) -> list[Envelope]:
        """Return the held messages, oldest first."""
        with self._lock:
            return [envelope for envelope, _ in self._held]

    def deliver_next(self, count: int = 1) -> list[Envelope]:
        """Deliver the oldest held messages and return them: the ``n`` of stepping."""
        with self._delivering:
            with self._changing():
                chosen, self._held = self._held[:count], self._held[count:]
            return [_deliver(envelope, deliver) for envelope, deliver in chosen]

    def deliver(self, message_id: str) -> list[Envelope]:
        """Deliver the held message (or copies) of that id, out of turn."""
        return [_deliver(*held) for held in self._take(message_id)]

    def discard(self, message_id: str) -> list[Envelope]:
        """Drop the held message (or copies) of that id."""
        dropped = [envelope for envelope, _ in self._take(message_id)]
        for envelope in dropped:
            self.tell("dropped", envelope)
        return dropped

    def edit_held(
        self, message_id: str, change: Callable[[Envelope], Envelope]
    ) -> None:
        """Change the held message of that id; it stays held."""
        with self._changing():
            self._held = [
                (change(one) if one.id == message_id else one, deliver)
                for one, deliver in self._held
            ]

    def copy_held(self, message_id: str) -> None:
        """Hold the message of that id once more, behind itself."""
        with self._changing():
            held: list[tuple[Envelope, Deliver]] = []
            for one in self._held:
                held += [one, one] if one[0].id == message_id else [one]
            self._held = held

    def let_go(self) -> list[Envelope]:
        """Remove every rule and deliver all that is held, in order."""
        with self._changing():
            self._rules = []
        return self.deliver_next(len(self.held()))

    def close(self) -> None:
        """The cloud stops: forget rules, observers and what is held or delayed."""
        self._closed.set()
        with self._changing():
            self._rules, self._held, self._observers = [], [], []

    def tell(self, kind: MomentKind, envelope: Envelope) -> None:
        """Report a moment to the observers. Called by the driver."""
        moment = Moment(kind, envelope)
        for observer in self._observers:
            try:
                observer(moment)
            except Exception:
                LOG.exception("Observer %r failed at %s", observer, kind)

    def passing(self, envelope: Envelope, deliver: Deliver) -> None:
        """Let a message that is being published meet the rules. Called by the driver."""
        self.tell("published", envelope)
        match self._decide(envelope):
            case Hold():
                with self._changing():
                    self._held = [*self._held, (envelope, deliver)]
                self.tell("held", envelope)
            case Drop():
                self.tell("dropped", envelope)
            case Delay(seconds):
                self.tell("held", envelope)
                utils.spawn_n(self._deliver_later, seconds, envelope, deliver)
            case Duplicate(copies):
                for _ in range(copies):
                    deliver(envelope)
            case Edit(change):
                deliver(change(envelope))
            case None:
                deliver(envelope)

    def _decide(self, envelope: Envelope) -> Action | None:
        for rule, left in self._rules:
            if not rule.matches(envelope):
                continue
            if rule.times is not None:
                with self._lock:
                    if left[0] <= 0:
                        continue
                    left[0] -= 1
            return rule.action
        return None

    def _deliver_later(
        self, seconds: float, envelope: Envelope, deliver: Deliver
    ) -> None:
        if not self._closed.wait(seconds):
            _deliver(envelope, deliver)

    def _take(self, message_id: str) -> list[tuple[Envelope, Deliver]]:
        with self._changing():
            taken = [held for held in self._held if held[0].id == message_id]
            self._held = [held for held in self._held if held[0].id != message_id]
        return taken

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            yield
            self.active = bool(self._observers or self._rules or self._held)


def _deliver(envelope: Envelope, deliver: Deliver) -> Envelope:
    try:
        deliver(envelope)
    except Exception:
        LOG.exception("Held message %s could not be delivered", envelope.id)
    return envelope


_taps: dict[str, BusTap] = {}
_taps_lock = threading.Lock()


def tap_of(url: str) -> BusTap:
    """Return the tap of the cloud with that transport URL (``fakeredis://lab/``)."""
    with _taps_lock:
        return _taps.setdefault(_name(url), BusTap())


def forget(url: str) -> None:
    """Close the tap of the cloud and drop it: its last transport has been closed."""
    with _taps_lock:
        tap = _taps.pop(_name(url), None)
    if tap is not None:
        tap.close()


def _name(url: str) -> str:
    """Return the URL without credentials and settings."""
    scheme, _, rest = url.partition("?")[0].rstrip("/").partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
