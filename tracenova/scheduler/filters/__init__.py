"""Host filters: one class and one file a rule.

A filter looks at one host and one request and answers True, False, or
:func:`refuse` with the numbers that decided. To add one, put a file here, or name its
class, module or file in ``scheduler_available_filters``; then name the class in
``scheduler_default_filters``.

Nova: nova/scheduler/filters/__init__.py
"""

import copy
import functools
from collections.abc import Callable, Sequence
from typing import Any

from tracenova import filters
from tracenova.read_once import ReadOnce
from tracenova.refusal import Refusal, Verdict, refuse

__all__ = [
    "BaseHostFilter",
    "HostFilterHandler",
    "Refusal",
    "Verdict",
    "all_filters",
    "refuse",
]


class BaseHostFilter(filters.BaseFilter):
    """A rule about hosts.

    Attributes:
        RUN_ON_REBUILD: ask also when a server that lives on this host already gets a
            new image. Rules about free resources do not matter then.

    Nova: nova/scheduler/filters/__init__.py BaseHostFilter
    """

    RUN_ON_REBUILD = False

    def _filter_one(self, obj: Any, spec_obj: Any) -> Verdict:
        if self._is_excused(spec_obj):
            return True
        return self.host_passes(obj, spec_obj)

    def verdicts(self, objs: Sequence[Any], spec_obj: Any) -> list[Verdict]:
        """Return this filter's answer for each host."""
        if type(self)._filter_one is not BaseHostFilter._filter_one:
            return super().verdicts(objs, spec_obj)
        if not objs or self._is_excused(spec_obj) or not self.is_asked(spec_obj):
            return [True] * len(objs)
        host_passes, spec = self.host_passes, ReadOnce(spec_obj)
        return [host_passes(obj, spec) for obj in objs]

    def _is_excused(self, spec_obj: Any) -> bool:
        from tracenova.scheduler import utils

        return not self.RUN_ON_REBUILD and utils.request_is_rebuild(spec_obj)

    def is_asked(self, spec_obj: Any) -> bool:
        """Say whether the request wants anything that this filter looks after.

        Ours, so that a filter that nobody needs costs nothing: False says that every
        host passes.
        """
        return True

    def host_passes(self, host_state: Any, spec_obj: Any) -> Verdict:
        """Say whether the request may go to the host.

        Args:
            host_state: a :class:`~tracenova.scheduler.host_state.HostState`.
            spec_obj: a :class:`~tracenova.objects.request_spec.RequestSpec`.
        """
        raise NotImplementedError


class HostFilterHandler(filters.BaseFilterHandler):
    """Loads host filters and runs chains of them.

    Nova: nova/scheduler/filters/__init__.py HostFilterHandler
    """

    def __init__(self) -> None:
        super().__init__(BaseHostFilter)

    def stand_in(self, obj: Any) -> Any:
        """Return a copy of the host state whose limits are its own, and empty."""
        twin = copy.copy(obj)
        twin.limits = {}
        return twin

    def set_aside(self, objs: list[Any]) -> Callable[[], None]:
        """Lend the host states other limits: all that filters of this folder write."""
        kept = [state.limits for state in objs]
        nobodys: dict[str, Any] = {}
        for state in objs:
            state.limits = nobodys

        def take_back() -> None:
            for state, limits in zip(objs, kept, strict=True):
                state.limits = limits

        return take_back


def all_filters() -> list[type[BaseHostFilter]]:
    """Return every filter of this folder: what may be configured by default.

    Nova: nova/scheduler/filters/__init__.py all_filters
    """
    return list(_all_filters())


@functools.cache
def _all_filters() -> tuple[type[BaseHostFilter], ...]:
    return tuple(HostFilterHandler().get_all_classes())
