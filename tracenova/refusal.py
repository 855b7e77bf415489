"""Why a filter said no: a falsy answer that knows its numbers.

Nova's filters answer True or False and leave the reason to the log. Here a filter may
answer with a refusal instead: it counts as False, carries the numbers that decided,
and becomes text only when somebody records or logs it.
"""

import logging
from typing import Any


class Refusal:
    """No, with a reason.

    Attributes:
        template: the reason, with ``%(name)s`` placeholders.
        values: the numbers and names that fill it.
        log_level: how loudly Nova reports this refusal in its log.
    """

    __slots__ = ("log_level", "template", "values")

    def __init__(self, template: str, values: dict[str, Any], log_level: int) -> None:
        self.template = template
        self.values = values
        self.log_level = log_level

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.template % self.values

    def __repr__(self) -> str:
        return f"<Refusal: {self}>"


Verdict = bool | Refusal


def refuse(
    template: str, /, *, log_level: int = logging.DEBUG, **values: Any
) -> Refusal:
    """Return a refusal; the text is put together only when it is read.

    Example:
        ``refuse("requested %(requested)d MB, free %(free)d MB", requested=2, free=1)``
    """
    return Refusal(template, values, log_level)
