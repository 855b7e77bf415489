"""Texts, codes and families of errors."""

import inspect
import pickle
import re

import pytest

from tracenova import exception


def _all_classes() -> list[type[exception.NovaException]]:
    return [
        member
        for _, member in inspect.getmembers(exception, inspect.isclass)
        if issubclass(member, exception.NovaException)
        and member is not exception.InstanceFaultRollback
    ]


@pytest.mark.parametrize(
    ("family", "code"),
    [
        (exception.NovaException, 500),
        (exception.Invalid, 400),
        (exception.Unauthorized, 401),
        (exception.Forbidden, 403),
        (exception.NotFound, 404),
        (exception.ConstraintNotMet, 412),
        (exception.QuotaError, 413),
        (exception.NoValidHost, 500),
        (exception.HostMappingNotFound, 400),
        (exception.ComputeResourcesUnavailable, 400),
        (exception.ImageNotActive, 500),
        (exception.NoUniqueMatch, 409),
    ],
)
def test_the_family_decides_the_http_code(
    family: type[exception.NovaException], code: int
) -> None:
    """Rule: Invalid 400, Forbidden 403, NotFound 404, quota 413, otherwise 500."""
    assert family.code == code


def test_the_text_is_filled_from_the_arguments() -> None:
    """Rule: msg_fmt % kwargs is the message; the code joins the kwargs."""
    error = exception.NoValidHost(reason="There are not enough hosts available.")
    assert error.format_message() == (
        "No valid host was found. There are not enough hosts available."
    )
    assert error.kwargs["code"] == 500


def test_a_missing_argument_leaves_the_bare_text() -> None:
    """Rule: a text that cannot be filled must not hide the error itself."""
    assert str(exception.ImageNotFound()) == exception.ImageNotFound.msg_fmt


def test_a_given_message_wins_over_the_text() -> None:
    """Rule: an explicit message replaces msg_fmt, as the quota error of groups needs."""
    error = exception.QuotaError("Quota exceeded, too many servers in group")
    assert error.format_message() == "Quota exceeded, too many servers in group"
    assert exception.QuotaError.safe


@pytest.mark.parametrize("cls", _all_classes(), ids=lambda cls: cls.__name__)
def test_every_error_survives_the_way_over_rpc(
    cls: type[exception.NovaException],
) -> None:
    """Rule: a receiver rebuilds an error from its args and kwargs alone."""
    names = re.findall(r"%\((\w+)\)", cls.msg_fmt)
    sent = cls(**dict.fromkeys(names, 1)) if names else cls()
    rebuilt = cls(*sent.args)
    assert str(rebuilt) == str(sent)
    assert str(pickle.loads(pickle.dumps(sent))) == str(sent)
