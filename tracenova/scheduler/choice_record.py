"""What a trace keeps of a choice: who was weighed how, and who was taken.

All instances of a request share the columns; ``nova.scheduler.weighed.instance`` says
which of them a row belongs to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tracenova import profiler
from tracenova.conf import CONF
from tracenova.filter_record import host_label, host_labels
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import case_record, host_selection
from tracenova.scheduler.host_state import HostState
from tracenova.scheduler.weights import WeighedHost
from tracenova.trace import names


class ChoiceRecord:
    """Collects the columns while the choice is made."""

    def __init__(self, hosts_total: int) -> None:
        self._hosts_total = hosts_total
        self._instances: list[int] = []
        self._hosts: list[str] = []
        self._weights: list[float] = []
        self._selected: list[str] = []
        self._single: list[bool] = []

    def note_choice(
        self, index: int, weighed_hosts: list[WeighedHost], chosen_host: WeighedHost
    ) -> None:
        """Keep the order of the index-th instance's hosts, and the one that won."""
        if not profiler.is_recording():
            return
        self._instances += [index] * len(weighed_hosts)
        self._hosts += host_labels([weighed.obj for weighed in weighed_hosts])
        self._weights += [weighed.weight for weighed in weighed_hosts]
        self._selected.append(host_label(chosen_host.obj))
        self._single.append(len(weighed_hosts) == 1)

    def attributes(self) -> dict[str, profiler.Attribute | None]:
        """Return the columns."""
        return {
            names.HOSTS_TOTAL: self._hosts_total,
            names.SUBSET_SIZE: max(1, CONF.scheduler_host_subset_size),
            names.WEIGHED_INSTANCE: self._instances,
            names.WEIGHED_HOSTS: self._hosts,
            names.WEIGHED_WEIGHTS: self._weights,
            names.SELECTED: self._selected,
            names.SINGLE_SURVIVOR: self._single,
        }


@contextmanager
def recorded_choice(
    spec_obj: RequestSpec, hosts: list[HostState] | None, host_manager: Any
) -> Iterator[ChoiceRecord]:
    """Record the block as the span of a choice, also when it finds nobody."""
    attributes: dict[str, profiler.Attribute | None] = {
        names.INSTANCE_UUID: spec_obj.instance_uuid,
        names.FILTERS_SKIPPED: host_selection.filters_are_skipped(spec_obj),
        names.CASE: case_record.text_of(spec_obj, hosts or [], host_manager),
    }
    record = ChoiceRecord(len(hosts or ()))
    with profiler.span("FilterScheduler._schedule", "internal", attributes) as span:
        try:
            yield record
        finally:
            span.set(record.attributes())
