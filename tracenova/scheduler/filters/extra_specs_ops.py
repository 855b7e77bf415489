"""The small language in which a flavor says what it wants: ``>= 4``, ``<or> a <or> b``.

Nova: nova/scheduler/filters/extra_specs_ops.py
"""

import operator
from collections.abc import Callable, Iterable
from typing import Any, Final

from tracenova.scheduler.filters import python2


def _numeric(compare: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    return lambda value, wanted: compare(
        python2.number(value, float), python2.number(wanted, float)
    )


OP_METHODS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": _numeric(operator.ge),  # history: "=" asks for at least that much
    "==": _numeric(operator.eq),
    "!=": _numeric(operator.ne),
    ">=": _numeric(operator.ge),
    "<=": _numeric(operator.le),
    "<in>": lambda value, wanted: wanted in value,
    "<all-in>": lambda value, wanted: all(word in value for word in wanted),
    "s==": operator.eq,
    "s!=": operator.ne,
    "s<": operator.lt,
    "s<=": operator.le,
    "s>": operator.gt,
    "s>=": operator.ge,
}


def in_order(extra_specs: Iterable[str]) -> Iterable[str]:
    """Return the keys in the order in which Nova looks at them."""
    return python2.hash_order(python2.hash_order(tuple(extra_specs)))


def match(value: str | None, req: str) -> bool:
    """Say whether the value satisfies the requirement.

    A requirement whose first word is no operator must equal the value.

    Raises:
        ValueError: a numeric operator meets something that is no number.
        IndexError: ``<or>`` without anything behind it.

    Nova: nova/scheduler/filters/extra_specs_ops.py match
    """
    op, *words = req.split() or [""]
    method = OP_METHODS.get(op)
    if op != "<or>" and method is None:
        return value == req
    if value is None:
        return False
    if method is None:
        return _is_one_of(value, words)
    if not words:
        return False
    return method(value, words if op == "<all-in>" else words[0])


def _is_one_of(value: str, words: list[str]) -> bool:
    if not words:
        msg = "<or> without alternatives"
        raise IndexError(msg)
    return value in words[::2]  # every second word is another <or>
