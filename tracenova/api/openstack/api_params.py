"""Reading numbers, dates and passwords the way the API wants them.

Nova: nova/utils.py (isotime, validate_integer, is_none_string, generate_password)
"""

import datetime
import secrets

from oslo_utils import timeutils

from tracenova import exception
from tracenova.api.validation.parameter_types import MAX_INT
from tracenova.conf import CONF

PASSWORD_SYMBOLS = (
    "23456789",
    "ABCDEFGHJKLMNPQRSTUVWXYZ",
    "abcdefghijkmnopqrstuvwxyz",
)
"""Without 0, 1, I, O and l, which look alike."""


def isotime(at: datetime.datetime | None = None) -> str:
    """Return the time as the API writes it: ``2016-12-09T08:30:00Z``; None: now.

    Nova: nova/utils.py isotime
    """
    return (at or timeutils.utcnow()).strftime("%Y-%m-%dT%H:%M:%SZ")


def validate_integer(value: object, name: str, min_value: int | None = None) -> int:
    """Return the value as a number.

    Raises:
        exception.InvalidInput: it is none, or too small.

    Nova: nova/utils.py validate_integer
    """
    try:
        number = int(str(value))
    except ValueError as error:
        raise exception.InvalidInput(reason=f"{name} must be an integer") from error
    if min_value is not None and number < min_value:
        raise exception.InvalidInput(reason=f"{name} must be >= {min_value}")
    return number


def row_id(text: str) -> int:
    """Return the number of a row.

    Raises:
        ValueError: it is none that any database has room for.
    """
    number = int(text)
    if not 0 <= number <= MAX_INT:
        raise ValueError(text)
    return number


def is_none_string(value: object) -> bool:
    """Say whether the value is the word "none".

    Nova: nova/utils.py is_none_string
    """
    return isinstance(value, str) and value.lower() == "none"


def generate_password() -> str:
    """Return a random password with a digit, a capital and a small letter at least.

    Nova: nova/utils.py generate_password
    """
    draw = secrets.SystemRandom()
    symbols = [draw.choice(group) for group in PASSWORD_SYMBOLS]
    draw.shuffle(symbols)
    length = CONF.password_length
    everything = "".join(PASSWORD_SYMBOLS)
    symbols = symbols[:length]
    symbols += [draw.choice(everything) for _ in range(length - len(symbols))]
    draw.shuffle(symbols)
    return "".join(symbols)
