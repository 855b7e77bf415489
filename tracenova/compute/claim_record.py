"""Write a claim's numbers into the trace, one column entry a resource.

Nova has no twin: its claim only logs.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from tracenova import profiler
from tracenova.trace import names

UNLIMITED = -1.0


class _Test(Protocol):
    @property
    def type_(self) -> str: ...
    @property
    def reason(self) -> str | None: ...


class _Claim(Protocol):
    instance: Any

    @property
    def tests(self) -> Sequence[_Test]: ...


C = TypeVar("C", bound=_Claim)


def recorded(claim_test: Callable[[C, Any, Any], None]) -> Callable[..., None]:
    """Record the claim's test as a span that holds everything it measured."""

    @functools.wraps(claim_test)
    def traced(self: C, resources: Any, limits: Any = None) -> None:
        with profiler.span("Claim._claim_test") as span:
            try:
                claim_test(self, resources, limits)
            finally:
                span.set(_columns(self.tests))
                span.set({names.INSTANCE_UUID: self.instance.uuid})

    return traced


def _columns(tests: Sequence[_Test]) -> dict[str, profiler.Attribute | None]:
    return {
        names.CLAIM_RESOURCES: [test.type_ for test in tests],
        names.CLAIM_TOTAL: [_number(test, "total") for test in tests],
        names.CLAIM_USED: [_number(test, "used") for test in tests],
        names.CLAIM_REQUESTED: [_number(test, "requested") for test in tests],
        names.CLAIM_LIMIT: [_number(test, "limit") for test in tests],
        names.CLAIM_PASSED: [test.reason is None for test in tests],
        names.CLAIM_REASONS: [test.reason or "" for test in tests],
    }


def _number(test: _Test, name: str) -> float:
    """Return a number of the test; NUMA and PCI have none, a missing limit is -1."""
    value = getattr(test, name, None)
    return UNLIMITED if value is None else float(value)
