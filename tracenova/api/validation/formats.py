"""The ``format`` words of the schemas: uuid, name, base64 and so on.

Nova: nova/api/validation/validators.py (the checks), parameter_types.py (what is
printable). Left out: cell names, cidr, uri. Where Nova builds regular expressions of
all printable characters, these look at the characters; and a name that ends with a
newline, which Nova's expression lets pass, is refused.
"""

import base64
import binascii
import ipaddress
import unicodedata

import jsonschema
from oslo_utils import timeutils, uuidutils

from tracenova import exception

FORMAT_CHECKER = jsonschema.FormatChecker(formats=())
"""Knows the formats below and no others."""

_LAST_CHARACTER = "\ufffe"  # Nova's ranges end here: no emoji in names


def _is_printable(char: str) -> bool:
    category = unicodedata.category(char)
    if char > _LAST_CHARACTER or category.startswith("C"):
        return False
    return category == "Zs" or not category.startswith("Z")


def _is_space(char: str) -> bool:
    return unicodedata.category(char) == "Zs"


@FORMAT_CHECKER.checks("name", raises=exception.InvalidName)
def _name(instance: object) -> bool:
    """Printable, and no blank at either end."""
    text = _printable_text(
        instance, "printable characters. Can not start or end with whitespace."
    )
    if text and (_is_space(text[0]) or _is_space(text[-1])):
        raise exception.InvalidName(
            reason="printable characters. Can not start or end with whitespace."
        )
    return True


@FORMAT_CHECKER.checks(
    "name_with_leading_trailing_spaces", raises=exception.InvalidName
)
def _name_with_spaces(instance: object) -> bool:
    """Printable, and not blank altogether."""
    reason = "printable characters with at least one non space character"
    text = _printable_text(instance, reason)
    if all(map(_is_space, text)):
        raise exception.InvalidName(reason=reason)
    return True


def _printable_text(instance: object, reason: str) -> str:
    if not isinstance(instance, str) or not all(map(_is_printable, instance)):
        raise exception.InvalidName(reason=reason)
    return instance


@FORMAT_CHECKER.checks("printable")
def _printable(instance: object) -> bool:
    return not isinstance(instance, str) or all(map(_is_printable, instance))


@FORMAT_CHECKER.checks("uuid")
def _uuid(instance: object) -> bool:
    return bool(uuidutils.is_uuid_like(instance))


@FORMAT_CHECKER.checks("base64")
def _base64(instance: object) -> bool:
    if not isinstance(instance, str):
        return False
    try:
        base64.decodebytes(instance.encode())
    except (binascii.Error, UnicodeEncodeError):
        return False
    return True


@FORMAT_CHECKER.checks("date-time")
def _date_time(instance: object) -> bool:
    if not isinstance(instance, str):
        return False
    try:
        timeutils.parse_isotime(instance)
    except ValueError:
        return False
    return True


@FORMAT_CHECKER.checks("ipv4", raises=ValueError)
def _ipv4(instance: object) -> bool:
    if isinstance(instance, str):
        ipaddress.IPv4Address(instance)
    return True


@FORMAT_CHECKER.checks("ipv6", raises=ValueError)
def _ipv6(instance: object) -> bool:
    if isinstance(instance, str):
        ipaddress.IPv6Address(instance)
    return True
