"""Examples, changed: what somebody might send by mistake, or on purpose."""

import copy
import os
from typing import Any, Final

import hypothesis
from hypothesis import strategies as st

LONG: Final = int(os.environ.get("TRACENOVA_FUZZ", "0"))
"""How many times as many examples as in the short form, others each time; 0: that."""

TIMEOUT_S: Final = 600 * max(LONG, 1)

NASTY: Final[list[Any]] = [
    *(None, True, False, 0, -1, 1, 2**31 - 1, 2**31, 2**63, 2**80, 1.5, 1e308),
    *(float("nan"), float("inf"), "", " ", "x" * 256, "x" * 70_000, "\x00", "a\nb"),
    *("\u202e", "😀", "\ud800", "é" * 255, "%s%n", "${HOME}", "../../../etc/passwd"),
    *("' OR 1=1 --", "<script>", "-1", "1e400", "0x10", "NaN", "null", "१२", "１"),
    *([], {}, [[]], [None], {"": None}, {"a": {"b": {"c": []}}}, [1, "a", None]),
    *("00000000-0000-0000-0000-000000000000", "not-a-uuid", "2016-13-45T99:99:99Z"),
    *("10.0.0.300", "::1", "10.0.0.0/33", "aa:bb", ["a"] * 300, {"k" * 300: "v"}),
]
_LITTLE: Final = [
    b"",
    b"\x00",
    b"\xff",
    b"\r\n",
    b'"',
    b"{",
    b"}}",
    b"[",
    b"=",
    b"\n\n",
]
_MUCH: Final = [b"9" * 400, b"[" * 400, b"\xed\xa0\x80", b"1e999", b"null", b"[[a]]"]


def many(short: int) -> Any:
    """Return the settings of a fuzz test: so many examples, always the same ones."""
    return hypothesis.settings(
        max_examples=short * max(LONG, 1),
        derandomize=not LONG,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )


def nasty() -> st.SearchStrategy[Any]:
    """Draw one of the values that programs stumble over."""
    return st.sampled_from(NASTY).map(copy.deepcopy)


@st.composite
def changed(draw: st.DrawFn, example: Any, most: int = 3) -> Any:
    """Draw the document with a few of its values, keys or items changed."""
    document = [copy.deepcopy(example)]
    for _ in range(draw(st.integers(0, most))):
        place, key = draw(st.sampled_from(_places(document)))
        _change(draw, place, key)
    return document[0]


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Return container and key of each value in it."""
    found: list[tuple[Any, Any]] = []
    items = (
        document.items() if isinstance(document, dict) else list(enumerate(document))
    )
    for key, value in items:
        found.append((document, key))
        if isinstance(value, dict | list):
            found += _places(value)
    return found


def _change(draw: st.DrawFn, place: Any, key: Any) -> None:
    kind = draw(st.sampled_from(["other", "other", "gone", "wrapped", "more", "again"]))
    if kind == "other":
        place[key] = draw(nasty())
    elif kind == "wrapped":
        place[key] = draw(st.sampled_from([[place[key]], {"x": place[key]}]))
    elif kind == "again" and isinstance(place, list):
        place.append(copy.deepcopy(place[key]))
    elif kind == "more" and isinstance(place[key], dict):
        place[key][draw(st.sampled_from(["", "x", "id", "\x00", "ü"]))] = draw(nasty())
    elif kind == "gone" and isinstance(place, dict):
        del place[key]


@st.composite
def damaged(draw: st.DrawFn, example: bytes, most: int = 4) -> bytes:
    """Draw the file with some of its bytes or lines cut out, doubled or replaced."""
    data = example
    for _ in range(draw(st.integers(0, most))):
        start = draw(st.integers(0, len(data)))
        if draw(st.booleans()):  # whole words and lines are hit more often that way
            start = data.rfind(draw(st.sampled_from([b"\n", b" ", b'"'])), 0, start) + 1
        end = start + draw(st.integers(0, 40))
        kind = draw(st.sampled_from(["cut", "replaced", "doubled", "ended"]))
        put = draw(st.sampled_from(_LITTLE + _MUCH) | st.binary(max_size=8))
        data = {
            "cut": lambda d, s, e, _: d[:s] + d[e:],
            "replaced": lambda d, s, e, p: d[:s] + p + d[e:],
            "doubled": lambda d, s, e, _: d[:e] + d[s:e] + d[e:],
            "ended": lambda d, s, _, p: d[:s] + p,
        }[kind](data, start, end, put)
    return data
