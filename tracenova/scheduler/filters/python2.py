"""What Newton's Python 2 did differently, where it decides about a host.

Ours: the real Nova 14.1.0 that our answers are compared with ran on it.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

Number = TypeVar("Number", int, float)
Key = TypeVar("Key", str, tuple[str, ...])
_SMALLEST_TABLE: Final = 8
_WORD: Final = 2**64 - 1


def number(text: str, cast: Callable[[str], Number]) -> Number:
    """Return the text as a number; ``1_000`` was none.

    Raises:
        ValueError: it is no number.
    """
    if "_" in text:
        msg = f"invalid number: {text!r}"
        raise ValueError(msg)
    return cast(text)


def attribute(name: str) -> str:
    """Return the name, which an attribute may only have if it is ASCII.

    Raises:
        UnicodeEncodeError: it is not.
    """
    name.encode("ascii")
    return name


def shown(value: Any) -> str:
    """Return ``str(value)``: texts within lists bear a ``u``, and all is ASCII.

    Raises:
        UnicodeEncodeError: a text that is not ASCII, which was an error.
    """
    if isinstance(value, str):
        return attribute(value)
    if isinstance(value, float):
        return _shown_float(value)
    if isinstance(value, list | dict):
        return _inner(value)
    return str(value)


def _inner(value: Any) -> str:
    if isinstance(value, str):
        return f"u{value!a}"
    if isinstance(value, list):
        return f"[{', '.join(_inner(each) for each in value)}]"
    if isinstance(value, dict):
        keys = hash_order(tuple(value))
        return f"{{{', '.join(f'{_inner(k)}: {_inner(value[k])}' for k in keys)}}}"
    return repr(value)


def _shown_float(value: float) -> str:
    text = f"{value:.12g}"
    return text if set(text) & set(".en") else f"{text}.0"


@functools.lru_cache(maxsize=256)
def hash_order(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return different texts, or tuples of such, as a dict or set yielded them.

    It decides where one of a flavor's extra specs refuses a host and another cannot
    be compared with it: the one that is looked at first.
    """
    return tuple(key for key in _table(keys) if key is not None)


def _table(keys: Iterable[Key]) -> list[Key | None]:
    """Return the slots of the hash table that the keys are put into one by one."""
    table: list[Key | None] = [None] * _SMALLEST_TABLE
    for count, key in enumerate(keys, start=1):
        _put(table, key)
        if count * 3 >= len(table) * 2:
            size = _SMALLEST_TABLE
            while size <= count * 4:
                size *= 2
            grown: list[Key | None] = [None] * size
            for known in table:
                if known is not None:
                    _put(grown, known)
            table = grown
    return table


def _put(table: list[Key | None], key: Key) -> None:
    perturb = slot = _hash(key)
    while table[slot % len(table)] is not None:
        slot = slot * 5 + perturb + 1
        perturb >>= 5
    table[slot % len(table)] = key


def _hash(key: str | tuple[str, ...]) -> int:
    found = _hash_of_text(key) if isinstance(key, str) else _hash_of_tuple(key)
    return _WORD - 1 if found == _WORD else found


def _hash_of_text(text: str) -> int:
    found = ord(text[0]) << 7 if text else 0
    for letter in text:
        found = (found * 1000003 ^ ord(letter)) & _WORD
    return found ^ len(text)


def _hash_of_tuple(items: tuple[str, ...]) -> int:
    found, factor = 0x345678, 1000003
    for left, item in zip(range(len(items) - 1, -1, -1), items, strict=True):
        found = (found ^ _hash(item)) * factor & _WORD
        factor += 82520 + 2 * left
    return (found + 97531) & _WORD
