"""Messages as JSON text."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracenova.messaging.envelope import Envelope, decode
from tracenova.messaging.errors import MalformedMessage

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def _envelope(**changes):
    values = {
        "id": "1",
        "kind": "call",
        "topic": "conductor",
        "server": None,
        "message": {"method": "ping", "args": {}},
        "context": {},
        **changes,
    }
    return Envelope(**values)


@given(
    args=st.dictionaries(st.text(), _JSON), context=st.dictionaries(st.text(), _JSON)
)
def test_decoding_gives_back_what_was_encoded(args, context):
    """Encode, then decode: an identity for whatever JSON can say."""
    envelope = _envelope(message={"method": "m", "args": args}, context=context)
    assert decode(envelope.encode()) == envelope


def test_times_become_text():
    """What JSON cannot say is made primitive, as oslo.messaging's drivers do."""
    when = datetime.datetime(2016, 10, 6, tzinfo=datetime.UTC)
    message = {"method": "m", "args": {"when": when}}
    assert "2016-10-06" in decode(_envelope(message=message).encode()).args["when"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": 1}, "id is a int"),
        ({"kind": "shout"}, "no message is a 'shout'"),
        ({"message": {"args": {}}}, "no method"),
        ({"message": {"method": "m", "args": []}}, "args is not an object"),
        ({"kind": "notification", "message": {}}, "no event_type"),
        ({"context": None}, "context is a NoneType"),
    ],
)
def test_a_wrong_field_is_named(changes, reason):
    """A malformed message says what is wrong with it."""
    fields = json.loads(_envelope().encode())
    with pytest.raises(MalformedMessage, match=reason):
        decode(json.dumps(fields | changes))


def test_a_missing_and_an_unknown_field_are_named():
    """Nothing is guessed, nothing is ignored."""
    fields = json.loads(_envelope().encode())
    with pytest.raises(MalformedMessage, match="unknown fields extra"):
        decode(json.dumps(fields | {"extra": 1}))
    del fields["topic"]
    with pytest.raises(MalformedMessage, match="no topic"):
        decode(json.dumps(fields))


def test_the_token_is_not_shown():
    """The context holds the token, so a printed envelope leaves the context out."""
    assert "hush" not in repr(_envelope(context={"auth_token": "hush"}))
