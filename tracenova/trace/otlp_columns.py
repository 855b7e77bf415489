"""OTLP/JSON: how long lists are written, a column at a time.

A choice among ten thousand hosts is half a million values, few of them different, and
each filter's span names the same hosts. So a column of one kind of value is written
without a look at each, and a column that several spans share is written once.
"""

import json
import math
from collections.abc import Callable
from typing import Any, Final, TypeGuard

from tracenova.trace.model import Value

Encode = Callable[[Value], str]
Column = tuple[Any, ...]
LONG: Final = 64
_BOOLEANS: Final = ('{"boolValue":false}', '{"boolValue":true}')
_ZERO: Final = '{"doubleValue":0.0}'
_MINUS_ZERO: Final = '{"doubleValue":-0.0}'
_quoted = json.encoder.encode_basestring


def is_long(value: Value) -> TypeGuard[Column]:
    """Say whether the value is a list that is worth the trouble."""
    return isinstance(value, tuple) and len(value) >= LONG


class Columns:
    """Texts of the long columns of some spans; a column is known by its identity."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._known: dict[int, tuple[Column, bytes]] = {}

    def encoded(self, column: Column) -> bytes:
        """Return the column's members as JSON, with commas between them."""
        known = self._known.get(id(column))
        if known is None:
            text = self._members(column)
            known = self._known[id(column)] = column, utf8(text)
        return known[1]

    def _members(self, column: Column) -> str:
        kinds = set(map(type, column))  # 1, 1.0 and True are equal
        if kinds == {str}:
            members = '},{"stringValue":'.join(map(_quoted, column))
            return f'{{"stringValue":{members}}}'
        if kinds == {int}:
            members = '"},{"intValue":"'.join(map(int.__repr__, column))
            return f'{{"intValue":"{members}"}}'
        if kinds == {bool}:
            return ",".join([_BOOLEANS[value] for value in column])
        if kinds == {float}:
            texts = {value: self._encode(value) for value in set(column)}
            if 0.0 not in texts:
                return ",".join(map(texts.__getitem__, column))
            return ",".join([texts[v] if v else _zero(v) for v in column])
        return ",".join(map(self._encode, column))


def utf8(text: str) -> bytes:
    """Return the text in UTF-8; what UTF-8 does not know is written as an escape."""
    return text.encode(errors="backslashreplace")


def _zero(value: float) -> str:
    """0.0 and -0.0 are equal, but not the same text."""
    return _ZERO if math.copysign(1.0, value) > 0 else _MINUS_ZERO
