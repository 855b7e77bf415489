"""A libvirt that fails where a test says: the wrapper behind seam.replace_open."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tracenova.virt.libvirt import seam

REFUSED, BROKEN = "refused", "broken"


class Unreliable:
    """Opens connections whose calls fail when it is their turn.

    A ``test:///`` host lives as long as its connection, so the real one is kept: losing
    the wrapper's connection is like losing the way to a libvirtd that lives on.

    Attributes:
        calls: names of all calls that came through, in order.
        struck: names of the calls that failed as they were told to.
        down: nobody answers at all.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.struck: list[str] = []
        self.down = False
        self._real: dict[str, Any] = {}
        self._rules: dict[str, Callable[[], None]] = {}
        self._listeners: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def open(self, uri: str) -> "Connection":
        """Open a connection, or fail as libvirt does."""
        if self.down:
            raise lost()
        with self._lock:
            if uri not in self._real:
                self._real[uri] = seam.libvirt().open(uri)
            return Connection(self, self._real[uri])

    def fail(self, call: str, how: str, then_down: bool = False) -> None:
        """Let the next such call fail: refused by libvirt, or the connection is lost."""

        def strike() -> None:
            self.struck.append(call)
            if how == REFUSED:
                raise refused(call)
            self.down = then_down
            raise lost()

        self._rules[call] = strike

    def listen(self, real: Any, event: int, callback: Any, opaque: Any) -> None:
        """Hand the real connection's events to the callback from now on."""
        first = real not in self._listeners
        self._listeners[real] = callback
        if first:

            def hand_on(connection: Any, *news: Any) -> None:
                self._listeners[real](connection, *news)

            real.domainEventRegisterAny(None, event, hand_on, opaque)

    def take(self, call: str) -> None:
        """Note a call, and let it fail if it is its turn."""
        with self._lock:
            self.calls.append(call)
            strike = self._rules.pop(call, None)
        if strike is not None:
            strike()

    def close(self) -> None:
        """Let go of the real connections."""
        for real in self._real.values():
            real.close()


class Proxy:
    """A connection or a domain, all of whose calls go past the rules."""

    def __init__(self, owner: Unreliable, real: Any) -> None:
        self._owner, self._real = owner, real
        self._lost = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def call(*arguments: Any) -> Any:
            self._check()
            try:
                self._owner.take(name)
            except seam.libvirt().libvirtError as error:
                self._lost = self._lost or is_lost(error)
                raise
            return self._wrapped(found(*arguments))

        return call

    def _check(self) -> None:
        if self._lost or self._owner.down:
            raise lost()

    def _wrapped(self, answer: Any) -> Any:
        domain = seam.libvirt().virDomain
        if isinstance(answer, domain):
            return Domain(self._owner, answer, self)
        if isinstance(answer, list) and answer and isinstance(answer[0], domain):
            return [Domain(self._owner, each, self) for each in answer]
        return answer


class Connection(Proxy):
    """A connection; once lost it stays lost, and a new one must be opened."""

    def close(self) -> int:
        """Keep the real connection: the host behind it lives on."""
        return 0

    def domainEventRegisterAny(  # noqa: N802 - libvirt's name
        self, _domain: Any, event: int, callback: Any, opaque: Any
    ) -> int:
        """Register once with the real connection; the newest listener hears."""
        self._owner.listen(self._real, event, callback, opaque)
        return 0

    def domainEventDeregisterAny(self, _callback_id: int) -> None:  # noqa: N802
        """Stop hearing."""
        self._owner.listen(self._real, 0, lambda *_: None, None)


class Domain(Proxy):
    """A domain of a connection; lost with it."""

    def __init__(self, owner: Unreliable, real: Any, connection: Proxy) -> None:
        super().__init__(owner, real)
        self._connection = connection

    def _check(self) -> None:
        if self._lost:
            self._connection._lost = True
        self._connection._check()


def lost() -> Exception:
    """Return libvirt's error of a connection that broke."""
    module = seam.libvirt()
    return error(module.VIR_ERR_SYSTEM_ERROR, module.VIR_FROM_RPC, "Connection reset")


def refused(call: str) -> Exception:
    """Return libvirt's error of a call it does not want to do."""
    module = seam.libvirt()
    return error(
        module.VIR_ERR_OPERATION_FAILED, module.VIR_FROM_QEMU, f"{call} was refused"
    )


def error(code: int, domain: int, message: str) -> Exception:
    """Return a libvirtError."""
    found: Exception = seam.libvirt().libvirtError(message)
    found.err = (code, domain, message, 2, None, None, None, -1, -1)  # type: ignore[attr-defined]
    return found


def is_lost(found: Exception) -> bool:
    """Say whether the error is that of a broken connection."""
    return "Connection reset" in str(found)


@contextlib.contextmanager
def unreliable() -> Iterator[Unreliable]:
    """Let every connection of the block be an unreliable one."""
    owner = Unreliable()
    seam.replace_open(owner.open)
    try:
        yield owner
    finally:
        seam.replace_open(None)
        owner.close()


class Striking:
    """Opens real connections; before one of their calls something happens, once.

    Attributes:
        struck: names of the calls before which it has happened.
    """

    def __init__(self) -> None:
        self.struck: list[str] = []
        self._actions: dict[str, Callable[[], None]] = {}
        self._lock = threading.Lock()

    def open(self, uri: str) -> "Watched":
        """Open a connection, or fail as libvirt does."""
        return Watched(self, seam.libvirt().open(uri))

    def before(self, call: str, action: Callable[[], None]) -> None:
        """Let something happen before the next such call goes out."""
        self._actions[call] = action

    def take(self, call: str) -> None:
        """Act, if it is the call's turn; calls of other threads wait for the end."""
        with self._lock:
            action = self._actions.pop(call, None)
            if action is not None:
                action()
                self.struck.append(call)


class Watched:
    """A real connection or domain, all of whose calls are announced."""

    def __init__(self, owner: Striking, real: Any) -> None:
        self._owner, self._real = owner, real

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found

        def call(*arguments: Any) -> Any:
            self._owner.take(name)
            return self._wrapped(found(*arguments))

        return call

    def _wrapped(self, answer: Any) -> Any:
        domain = seam.libvirt().virDomain
        if isinstance(answer, domain):
            return Watched(self._owner, answer)
        if isinstance(answer, list) and answer and isinstance(answer[0], domain):
            return [Watched(self._owner, each) for each in answer]
        return answer


@contextlib.contextmanager
def striking() -> Iterator[Striking]:
    """Let every connection of the block be watched."""
    owner = Striking()
    seam.replace_open(owner.open)
    try:
        yield owner
    finally:
        seam.replace_open(None)
