"""Reads options of the form ``name=number, name=number``.

Nova: nova/scheduler/utils.py [parse_options]
"""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

LOG = logging.getLogger(__name__)
Value = TypeVar("Value")


def parse_options(
    opts: Iterable[str], sep: str, converter: Callable[[str], Value], name: str
) -> list[tuple[str, Value]]:
    """Return (key, value) of each element; warn of those that cannot be read.

    Args:
        opts: the option's elements.
        sep: between key and value.
        converter: makes the value; its ValueError makes the element invalid.
        name: of the option, for the warning.

    Nova: nova/scheduler/utils.py parse_options
    """
    good: list[tuple[str, Value]] = []
    bad: list[str] = []
    for opt in opts:
        key, seen_sep, text = opt.partition(sep)
        try:
            value = converter(text)
        except ValueError:
            bad.append(opt)
            continue
        if key and seen_sep:
            good.append((key, value))
        else:
            bad.append(opt)
    if bad:
        LOG.warning(
            "Ignoring the invalid elements of the option %s: %s", name, ", ".join(bad)
        )
    return good
