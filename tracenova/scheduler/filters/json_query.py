"""Queries of the JSON filter: prepared once, answered for each host.

Nova walks through the query for every host; here it becomes a flat program first, so
that neither its length nor its depth costs more than it must.

Nova: nova/scheduler/filters/json_filter.py [JsonFilter]
"""

import enum
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from tracenova.scheduler.filters import python2
from tracenova.scheduler.host_state import HostState


class _Do(enum.Enum):
    OPEN = enum.auto()  # arguments of an inner command follow
    VALUES = enum.auto()  # arguments, names among them
    CLOSE = enum.auto()  # the command has all its arguments
    WHOLE = enum.auto()  # a command with all its arguments
    FAIL = enum.auto()


class _Name(str):
    """What a ``$name`` refers to."""

    __slots__ = ()


Program = Sequence[tuple[_Do, Any, Any]]
_Command = Callable[[Sequence[Any]], Any]
_Steps = list[tuple[_Do, Any, Any]]


def prepared(query: Any) -> Program:
    """Return the program of a query.

    Raises:
        KeyError: it begins with an unknown operator.
        TypeError: it is no list.
    """
    if not query:
        return ((_Do.VALUES, (True,), None),)
    program: _Steps = [(_Do.OPEN, None, None)]
    under_way = [(COMMANDS[query[0]], iter(query[1:]))]
    while under_way:
        command, arguments = under_way[-1]
        for argument in arguments:
            if not isinstance(argument, list):
                program.append((_Do.VALUES, _plain((argument,)), None))
            elif inner := _begun(argument, program):
                under_way.append(inner)
                break
        else:
            program.append((_Do.CLOSE, None, command))
            under_way.pop()
    return tuple(program)


def _begun(query: list[Any], program: _Steps) -> tuple[_Command, Iterator[Any]] | None:
    """Put an inner command into the program; return it if there is more inside."""
    if not query:
        program.append((_Do.VALUES, (True,), None))
        return None
    try:
        command = COMMANDS[query[0]]
    except (KeyError, TypeError) as error:  # whatever comes before it may fail first
        program.append((_Do.FAIL, error, None))
        return None
    arguments = query[1:]
    if any(isinstance(argument, list) for argument in arguments):
        program.append((_Do.OPEN, None, None))
        return command, iter(arguments)
    program.append((_Do.WHOLE, _plain(arguments), command))
    return None


def _plain(arguments: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(
        _Name(argument[1:])
        if isinstance(argument, str) and argument.startswith("$")
        else argument
        for argument in arguments
        if argument is not None and argument != ""
    )


def answer(program: Program, host_state: HostState) -> Any:
    """Return what the query says of the host; of ``not`` that is a list.

    Raises:
        KeyError: the query uses an unknown operator.
    """
    names = _Names(host_state)
    outer: list[list[Any]] = []
    arguments: list[Any] = []
    for do, values, command in program:
        if do is _Do.WHOLE:
            arguments.append(command(names.put_into(values)))
        elif do is _Do.VALUES:
            arguments += names.put_into(values)
        elif do is _Do.OPEN:
            outer.append(arguments)
            arguments = []
        elif do is _Do.CLOSE:
            result = command(arguments)
            arguments = outer.pop()
            arguments.append(result)
        else:
            raise type(values)(*values.args)
    return arguments[0]


class _Names:
    """What the names mean for one host, looked up once."""

    def __init__(self, host_state: HostState) -> None:
        self._host_state = host_state
        self._known: dict[str, Any] = {}

    def put_into(self, values: tuple[Any, ...]) -> list[Any]:
        """Return the values with meanings in place of names; without a meaning, none."""
        found = []
        for value in values:
            meant = self._meaning(value) if type(value) is _Name else value
            if meant is not None:
                found.append(meant)
        return found

    def _meaning(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = _look_up(name, self._host_state)
        return self._known[name]


def _look_up(path: str, host_state: HostState) -> Any:
    name, *keys = path.split(".")
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
        if len(arguments) == 2:
            return bool(compare(*arguments))
        first, rest = arguments[:1], arguments[1:]
        return bool(rest) and all(compare(first[0], other) for other in rest)

    return all_fit


def _ordered(
    compare: Callable[[Any, Any], bool],
) -> Callable[[Sequence[Any]], bool]:
    def ordered(one: Any, other: Any) -> bool:
        if isinstance(one, int | float) and isinstance(other, int | float):
            return compare(one, other)
        return compare(_rank(one), _rank(other))

    return _with_first(ordered)


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


COMMANDS: Final[dict[str, _Command]] = {
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
