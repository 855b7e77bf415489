"""Conditions on a hypervisor's version."""

import pytest

from tracenova.objects.version_predicate import VersionPredicate


@pytest.mark.parametrize(
    ("conditions", "version", "fits"),
    [
        (">=1.0", "1.0", True),
        (">=1.0, <2.0", "2.0", False),
        ("!=2.8.0", "2.8.0", False),
        ("<10.0", "9.9", True),
        ("==1.2", "1.2.0", True),
        (">1.0b2", "1.0", True),
    ],
)
def test_every_condition_must_hold(conditions: str, version: str, fits: bool) -> None:
    """Numbers are compared as numbers; a beta comes before its release."""
    assert VersionPredicate(conditions).satisfied_by(version) is fits


@pytest.mark.parametrize("conditions", ["1.0", "~=1.0", ">= 1.0 2.0", ">=one", ""])
def test_what_is_no_condition_is_an_error(conditions: str) -> None:
    """As distutils did: ValueError."""
    with pytest.raises(ValueError, match="version"):
        VersionPredicate(conditions)
