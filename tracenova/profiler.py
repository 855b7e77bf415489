"""The only door from service code to tracing.

Nova decorates its classes with ``@profiler.trace_cls("rpc")``; so does this code, and
that is all a service method ever shows of it. Seams (messaging, HTTP, DB objects,
filter engine, driver connection) use :func:`span`.

Nova has such a module and the decorators from Ocata (15.0.0) on, for osprofiler.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self, TypeVar

from tracenova.trace import names

Kind = Literal["internal", "client", "server", "producer", "consumer"]
Attribute = str | bool | int | float | list[str] | list[bool] | list[int] | list[float]
Column = tuple[str, ...] | tuple[bool, ...] | tuple[int, ...] | tuple[float, ...]
Later = Callable[[], Mapping[str, Attribute | Column | None]]
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Span(Protocol):
    """What a block may do to the span around it."""

    def set(self, attributes: Mapping[str, Attribute | None]) -> None:
        """Add attributes; None values are left out."""

    def set_later(self, make: Later) -> None:
        """Add attributes that are put together when somebody looks for them.

        The service does not wait for it. What ``make`` looks at must stay as it is.
        """

    def fail(self, error: BaseException) -> None:
        """Mark the span failed although the block does not raise."""

    def rename(self, name: str) -> None:
        """Give the span its better name, learnt within the block (a WSGI route)."""


class Backend(Protocol):
    """Where spans go. ``tracenova.telemetry`` provides the real one."""

    def span(
        self, name: str, kind: Kind, attributes: Mapping[str, Attribute | None]
    ) -> AbstractContextManager[Span]:
        """Return a context manager that yields a Span."""

    def inject(self, carrier: MutableMapping[str, Any]) -> None:
        """Write trace context and Lamport clock into the carrier."""

    def extracted(self, carrier: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Return a context manager: the block continues the carrier's trace."""

    def witnessed(self, carrier: Mapping[str, Any]) -> None:
        """Advance the Lamport clock past the carrier's (a reply has come)."""


_backend: Backend | None = None


class _NoSpan:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def set(self, attributes: Mapping[str, Attribute | None]) -> None:
        pass

    def set_later(self, make: Later) -> None:
        pass

    def fail(self, error: BaseException) -> None:
        pass

    def rename(self, name: str) -> None:
        pass


_NO_SPAN: Final = _NoSpan()
_NOTHING_CONTINUED: Final = nullcontext()


def install(backend: Backend | None) -> None:
    """Send spans to the backend from now on; None: tracing is off."""
    global _backend  # noqa: PLW0603 - one process, one destination of spans
    _backend = backend


def installed() -> Backend | None:
    """Return where spans go now, so that a test can put it back."""
    return _backend


def is_recording() -> bool:
    """Say whether spans are kept, so that costly columns need not be built."""
    return _backend is not None


def span(
    name: str,
    kind: Kind = "internal",
    attributes: Mapping[str, Attribute | None] | None = None,
) -> AbstractContextManager[Span]:
    """Record the block as a span; an exception marks it failed and passes on."""
    if _backend is None:
        return _NO_SPAN
    return _backend.span(name, kind, attributes or {})


def inject(carrier: MutableMapping[str, Any]) -> None:
    """Write the current trace context into a message or header mapping."""
    if _backend is not None:
        _backend.inject(carrier)


def extracted(carrier: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Continue, within the block, the trace that the carrier brought."""
    if _backend is None:
        return _NOTHING_CONTINUED
    return _backend.extracted(carrier)


def witnessed(carrier: Mapping[str, Any]) -> None:
    """Take note of the clock of an answer that has just been received."""
    if _backend is not None:
        _backend.witnessed(carrier)


def trace(function: F) -> F:
    """Record every call of the function as a span named ``Class.method``.

    The class is that of the object at work: a method that a mixin lends to
    ComputeManager is ``ComputeManager.method``, as in Nova, which has no mixins.
    """
    name = function.__qualname__.replace("<locals>.", "")
    is_method = "self" in inspect.signature(function).parameters
    identified = {names.CODE_FUNCTION: f"{function.__module__}.{name}"}

    @functools.wraps(function)
    def traced(*args: Any, **kwargs: Any) -> Any:
        if _backend is None:
            return function(*args, **kwargs)
        shown = f"{type(args[0]).__name__}.{function.__name__}" if is_method else name
        with _backend.span(shown, "internal", identified):
            return function(*args, **kwargs)

    return traced  # type: ignore[return-value]  # wraps keeps the signature


def trace_cls(group: str) -> Callable[[type[T]], type[T]]:
    """Record every public method of the class, as Nova's decorator of this name does.

    Args:
        group: Nova's name for the kind of class ("rpc", "compute_api", "neutron_api").
    """

    def decorate(cls: type[T]) -> type[T]:
        for name, member in list(vars(cls).items()):
            if not name.startswith("_") and inspect.isfunction(member):
                setattr(cls, name, trace(member))
        return cls

    return decorate
