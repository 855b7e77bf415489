"""Lets the user write the rule: the hint ``query``, a small language in JSON.

``["and", [">=", "$free_ram_mb", 1024], ["=", "$vcpus_used", 0]]``

Nova: nova/scheduler/filters/json_filter.py
"""

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from oslo_serialization import jsonutils

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import python2
from tracenova.scheduler.host_state import HostState


class JsonFilter(filters.BaseHostFilter):
    """Evaluates the query with the host state's values for its ``$names``.

    Nova: nova/scheduler/filters/json_filter.py JsonFilter
    """

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the query is true for the host; of a list, any part.

        Raises:
            ValueError: the hint is not JSON.
            RuntimeError: it is nested too deeply.
            KeyError: the query uses an unknown operator.
            TypeError: the query is no list.
        """
        query = spec_obj.get_scheduler_hint("query")
        if not query:
            return True
        try:
            result = _evaluate(_parsed(query), host_state)
        except RecursionError as error:  # the class that Nova's Python raised
            raise RuntimeError(str(error)) from error
        if any(result) if isinstance(result, list) else result:
            return True
        return filters.refuse("the query %(query)s is not true here", query=query)


@functools.lru_cache(maxsize=8)
def _parsed(query: str) -> Any:
    """Read a query once for all hosts; nobody changes it."""
    try:
        return jsonutils.loads(query)
    except ValueError as error:
        raise ValueError(str(error)) from error  # the class that Nova's Python raised


def _evaluate(query: Any, host_state: HostState) -> Any:
    if not query:
        return True
    command = COMMANDS[query[0]]
    arguments = (_value(argument, host_state) for argument in query[1:])
    return command([value for value in arguments if value is not None])


def _value(argument: Any, host_state: HostState) -> Any:
    if isinstance(argument, list):
        return _evaluate(argument, host_state)
    if isinstance(argument, str):
        return _look_up(argument, host_state)
    return argument


def _look_up(text: str, host_state: HostState) -> Any:
    if not text:
        return None
    if not text.startswith("$"):
        return text
    name, *keys = text[1:].split(".")
    found = getattr(host_state, python2.attribute(name), None)
    for key in keys:
        if found is None:
            return None
        found = found.get(key)
    return found


def _with_first(
    compare: Callable[[Any, Any], bool],
) -> Callable[[Sequence[Any]], bool]:
    def all_fit(arguments: Sequence[Any]) -> bool:
        first, rest = arguments[:1], arguments[1:]
        return bool(rest) and all(compare(first[0], other) for other in rest)

    return all_fit


def _ordered(
    compare: Callable[[Any, Any], bool],
) -> Callable[[Sequence[Any]], bool]:
    return _with_first(lambda one, other: compare(_rank(one), _rank(other)))


def _rank(value: Any) -> tuple[Any, ...]:
    """Return a key that orders unlike values as Nova's Python did.

    Numbers come before everything else, the rest goes by the name of its type.
    """
    if isinstance(value, (bool, int, float)):
        return (0, value)
    if isinstance(value, (list, tuple)):
        return (1, "list", [_rank(item) for item in value])
    if isinstance(value, dict):
        items = sorted((_rank(key), _rank(item)) for key, item in value.items())
        return (1, "dict", len(items), items)
    if isinstance(value, str):
        return (1, "unicode", value)
    return (1, type(value).__name__, str(value))


def _is_in(arguments: Sequence[Any]) -> bool:
    return len(arguments) > 1 and arguments[0] in arguments[1:]


COMMANDS: Final[dict[str, Callable[[Sequence[Any]], Any]]] = {
    "=": _with_first(operator.eq),
    "<": _ordered(operator.lt),
    ">": _ordered(operator.gt),
    "in": _is_in,
    "<=": _ordered(operator.le),
    ">=": _ordered(operator.ge),
    "not": lambda arguments: [not argument for argument in arguments],
    "or": any,
    "and": all,
}
