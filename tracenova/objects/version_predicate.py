"""Conditions on a version: ``>=1.0, <2.0``.

Nova: nova/scheduler/filters/image_props_filter.py, which takes them from
distutils.versionpredicate; Python no longer has that.
"""

import operator
import re
from collections.abc import Callable
from typing import Any, Final

_CONDITION: Final = re.compile(r"\s*(<=|>=|<|>|!=|==)\s*([^\s,]+)\s*")
_VERSION: Final = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?")
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "!=": operator.ne,
    "==": operator.eq,
}
_FINAL_RELEASE: Final = ("z", 0)  # sorts behind every alpha and beta
_Version = tuple[int, int, int, tuple[str, int]]


class VersionPredicate:
    """A list of conditions, all of which must hold.

    Raises:
        ValueError: a condition or a version in it cannot be read.
    """

    def __init__(self, conditions: str) -> None:
        self._conditions = [_condition(text) for text in conditions.split(",")]

    def satisfied_by(self, version: str) -> bool:
        """Say whether the version fulfils every condition.

        Raises:
            ValueError: it is no version of two or three numbers.
        """
        return all(
            compare(_version(version), wanted) for compare, wanted in self._conditions
        )


def _condition(text: str) -> tuple[Callable[[Any, Any], bool], _Version]:
    match = _CONDITION.fullmatch(text)
    if match is None:
        msg = f"bad version condition: {text!r}"
        raise ValueError(msg)
    return _COMPARE[match[1]], _version(match[2])


def _version(text: str) -> _Version:
    match = _VERSION.fullmatch(text)
    if match is None:
        msg = f"invalid version number: {text!r}"
        raise ValueError(msg)
    major, minor, patch, stage, number = match.groups()
    release = (stage, int(number)) if stage else _FINAL_RELEASE
    return int(major), int(minor), int(patch or 0), release
