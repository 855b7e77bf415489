"""The language of extra specs."""

import pytest

from tracenova.scheduler.filters import extra_specs_ops


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        ("4", "= 3", True),
        ("2", "= 3", False),
        ("3.0", "== 3", True),
        ("3", "!= 3", False),
        ("4", "<= 3", False),
        ("abc", "s== abc", True),
        ("abc", "s< abd", True),
        ("b", "s>= c", False),
        ("aes,sse", "<in> sse", True),
        ("aes sse", "<all-in> aes sse", True),
        ("aes", "<all-in> aes sse", False),
        ("b", "<or> a <or> b", True),
        ("c", "<or> a <or> b", False),
        ("plain", "plain", True),
        ("4", ">=4", False),
        ("", "", True),
        (None, ">= 1", False),
        ("1", ">=", False),
    ],
)
def test_an_operator_decides(value: str | None, wanted: str, fits: bool) -> None:
    """First word an operator: compare; otherwise the whole text must be equal."""
    assert extra_specs_ops.match(value, wanted) is fits


def test_numbers_must_be_numbers() -> None:
    """As in Nova, the error goes up: the flavor is wrong, not the host."""
    with pytest.raises(ValueError, match="could not convert"):
        extra_specs_ops.match("many", ">= 3")
    with pytest.raises(IndexError):
        extra_specs_ops.match("a", "<or>")
