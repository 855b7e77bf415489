"""OTLP/JSON, our own and other people's."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracenova.trace import otlp_json
from tracenova.trace.model import Event, Link, Span
from tracenova.trace.otlp_columns import LONG

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INT64 = st.integers(-(2**63), 2**63 - 1)
SCALARS = (
    TEXT
    | st.booleans()
    | INT64
    | st.floats(allow_nan=False)
    | st.binary(max_size=6)
    | st.none()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=5,
)
ATTRIBUTES = st.dictionaries(TEXT, VALUES, max_size=4)


def hex_ids(digits: int) -> st.SearchStrategy[str]:
    """Ids of so many digits, none of them all zero."""
    return st.integers(1, 16**digits - 1).map(lambda n: f"{n:0{digits}x}")


SPANS = st.builds(
    Span,
    trace_id=hex_ids(32),
    span_id=hex_ids(16),
    parent_id=st.none() | hex_ids(16),
    name=TEXT,
    kind=st.sampled_from(otlp_json.KINDS),
    start_ns=st.integers(0, 2**63),
    end_ns=st.none() | st.integers(1, 2**63),
    attributes=ATTRIBUTES,
    resource=ATTRIBUTES,
    status=st.sampled_from(otlp_json.STATUSES),
    status_message=TEXT,
    events=st.lists(st.builds(Event, TEXT, INT64, ATTRIBUTES), max_size=2).map(tuple),
    links=st.lists(
        st.builds(Link, hex_ids(32), hex_ids(16), ATTRIBUTES), max_size=2
    ).map(tuple),
    scope=st.tuples(TEXT, TEXT),
    trace_state=TEXT,
)


@given(st.lists(SPANS, max_size=4))
@settings(max_examples=80, deadline=None)
def test_what_was_written_is_read_back(spans: list[Span]) -> None:
    """Encode, then decode, is an identity, order included."""
    line = otlp_json.encode_line(spans)
    assert "\n" not in line
    assert otlp_json.decode_line(line) == spans


def test_numbers_that_json_lacks_are_written_as_words() -> None:
    """JSON has no infinity; OTLP/JSON spells it."""
    span = Span("a" * 32, "b" * 16, None, "x", attributes={"worst": float("-inf")})
    assert '"-Infinity"' in otlp_json.encode_line([span])
    assert otlp_json.decode_line(otlp_json.encode_line([span])) == [span]


FOREIGN: dict[str, Any] = {
    "resource_spans": [
        {
            "resource": {
                "attributes": [
                    {"key": "service.name", "value": {"stringValue": "shop"}}
                ]
            },
            "scope_spans": [
                {
                    "spans": [
                        {
                            "trace_id": "AB" * 16,
                            "span_id": "CD" * 8,
                            "name": "GET /",
                            "kind": "SPAN_KIND_SERVER",
                            "start_time_unix_nano": 1700000000000000000,
                            "attributes": [
                                {"key": "n", "value": {"intValue": 7}},
                                {
                                    "key": "l",
                                    "value": {
                                        "arrayValue": {"values": [{"boolValue": True}]}
                                    },
                                },
                            ],
                            "status": {"code": "STATUS_CODE_ERROR"},
                        },
                        {"spanId": "ee" * 8, "kind": 3},
                    ]
                }
            ],
        }
    ]
}


def test_a_trace_of_another_tool_opens() -> None:
    """Snake case, kinds as names, numbers as numbers, missing fields: all tolerated."""
    first, second = otlp_json.decode_line(json.dumps(FOREIGN))
    assert first.service == "shop"
    assert (first.trace_id, first.span_id) == ("ab" * 16, "cd" * 8)
    assert (first.kind, first.status) == ("server", "error")
    assert first.start_ns == 1700000000000000000
    assert first.attributes == {"n": 7, "l": (True,)}
    assert (second.kind, second.name, second.end_ns) == ("client", "", None)


@pytest.mark.parametrize(
    "document",
    [
        "[]",
        "5",
        "{}",
        '{"resourceSpans": 3}',
        '{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "x"}]}]}]}',
        '{"resourceSpans": [{"scopeSpans": [{"spans": [{"spanId": "aa", '
        '"startTimeUnixNano": "soon"}]}]}]}',
    ],
)
def test_what_is_no_trace_says_so(document: str) -> None:
    """Every other shape is a ValueError, never another exception."""
    with pytest.raises(ValueError, match=r"\w"):
        otlp_json.decode_line(document)


ODD = st.sampled_from([0, 0.0, -0.0, 1, 1.0, True, False, "", "é\ud800", float("nan")])
KINDS: tuple[st.SearchStrategy[Any], ...] = (
    *(TEXT, st.booleans(), INT64, st.floats()),
    ODD | SCALARS,
)
MEMBERS = st.sampled_from(KINDS).flatmap(
    lambda kind: st.lists(kind, min_size=1, max_size=5)
)


@given(MEMBERS)
@settings(max_examples=60, deadline=None)
def test_a_long_column_is_written_as_its_members_are(members: list[Any]) -> None:
    """A column at a time or a value at a time: byte for byte the same text."""

    def line(column: list[Any]) -> str:
        span = Span("a" * 32, "b" * 16, None, "x", attributes={"c": tuple(column)})
        return otlp_json.encode_line([span])

    front, middle, back = line([]).partition('"values":[')
    short, long = line(members), line(members * LONG)
    written = short.removeprefix(front + middle).removesuffix(back)
    assert long == front + middle + ",".join([written] * LONG) + back


def test_spans_share_a_column_and_read_it_back() -> None:
    """Nine filters name the same ten thousand hosts: written once, read nine times."""
    hosts = tuple(f"compute{n}/node" for n in range(LONG))
    spans = [
        Span(
            "a" * 32,
            f"{n:016x}",
            None,
            "x",
            attributes={"h": hosts, "n": n, "g": hosts},
        )
        for n in range(1, 4)
    ]
    assert otlp_json.decode_line(otlp_json.encode_line(spans)) == spans
