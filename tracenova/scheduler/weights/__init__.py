"""Host weighers: one class and one file a point of view.

Nova: nova/scheduler/weights/__init__.py
"""

import functools
from typing import Any, ClassVar

from tracenova import weights

__all__ = ["BaseHostWeigher", "HostWeightHandler", "WeighedHost", "all_weighers"]


class WeighedHost(weights.WeighedObject):
    """A host and its sum.

    Nova: nova/scheduler/weights/__init__.py WeighedHost
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return host name and sum."""
        return {"weight": self.weight, "host": self.obj.host}

    def __repr__(self) -> str:
        return f"WeighedHost [host: {self.obj!r}, weight: {self.weight}]"


class BaseHostWeigher(weights.BaseWeigher):
    """A point of view on hosts.

    Nova: nova/scheduler/weights/__init__.py BaseHostWeigher
    """


class HostWeightHandler(weights.BaseWeightHandler):
    """Loads host weighers and runs them.

    Nova: nova/scheduler/weights/__init__.py HostWeightHandler
    """

    object_class: ClassVar[type[weights.WeighedObject]] = WeighedHost

    def __init__(self) -> None:
        super().__init__(BaseHostWeigher)


def all_weighers() -> list[type[BaseHostWeigher]]:
    """Return every weigher of this folder: Newton's default.

    Nova: nova/scheduler/weights/__init__.py all_weighers
    """
    return list(_all_weighers())


@functools.cache
def _all_weighers() -> tuple[type[BaseHostWeigher], ...]:
    return tuple(HostWeightHandler().get_all_classes())
