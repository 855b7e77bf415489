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
    """Notes what was weighed and taken; the columns are made later."""

    def __init__(self, hosts_total: int) -> None:
        self._hosts_total = hosts_total
        self._rounds: list[tuple[int, list[WeighedHost]]] = []
        self._selected: list[str] = []

    def note_choice(
        self, index: int, weighed_hosts: list[WeighedHost], chosen_host: WeighedHost
    ) -> None:
        """Keep the order of the index-th instance's hosts, and the one that won."""
        if profiler.is_recording():
            self._rounds.append((index, weighed_hosts))
            self._selected.append(host_label(chosen_host.obj))

    def attributes(self) -> dict[str, profiler.Attribute | None]:
        """Return what is short."""
        return {
            names.HOSTS_TOTAL: self._hosts_total,
            names.SUBSET_SIZE: max(1, CONF.scheduler_host_subset_size),
            names.SELECTED: self._selected,
            names.SINGLE_SURVIVOR: [len(weighed) == 1 for _, weighed in self._rounds],
        }

    def columns(self) -> dict[str, profiler.Attribute | None]:
        """Return what has a row for each host and instance."""
        instances: list[int] = []
        rows: list[WeighedHost] = []
        for index, weighed in self._rounds:
            instances += [index] * len(weighed)
            rows += weighed
        return {
            names.WEIGHED_INSTANCE: instances,
            names.WEIGHED_HOSTS: host_labels([each.obj for each in rows]),
            names.WEIGHED_WEIGHTS: [each.weight for each in rows],
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
            span.set_later(record.columns)
