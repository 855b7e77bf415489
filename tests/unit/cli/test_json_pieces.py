"""A large answer is written in pieces that make up the same JSON."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tracenova.cli.json_pieces import json_pieces

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(TREES)
def test_the_pieces_are_the_whole(value: Any) -> None:
    """Whatever is nested how deep: the text is that of json.dumps."""
    assert "".join(json_pieces(value)) == json.dumps(value, sort_keys=True)


def test_a_large_part_is_a_piece_of_its_own() -> None:
    """Nobody holds the text of all requests at once."""
    answer = {"requests": [{"isolated": {"a": 1}}, {"isolated": {"b": 2}}]}
    pieces = list(json_pieces(answer))
    assert '{"a": 1}' in pieces
    assert '{"b": 2}' in pieces
