"""What several filters ask of a host: its aggregates' metadata, its instances.

Nova: nova/scheduler/filters/utils.py
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from tracenova.scheduler.filters import python2
from tracenova.scheduler.host_state import HostState

LOG = logging.getLogger(__name__)
Number = TypeVar("Number", int, float)


def aggregate_values_from_key(host_state: HostState, key_name: str) -> Collection[str]:
    """Return the different values that the host's aggregates give the key.

    Nova: nova/scheduler/filters/utils.py aggregate_values_from_key
    """
    return dict.fromkeys(
        aggregate.metadata[key_name]
        for aggregate in host_state.aggregates
        if key_name in aggregate.metadata
    )


def aggregate_metadata_get_by_host(
    host_state: HostState, key: str | None = None
) -> Mapping[str, Collection[str]]:
    """Return the host's aggregate metadata, comma lists split.

    Args:
        host_state: the host.
        key: look only at aggregates that have this key; all their metadata come.

    Nova: nova/scheduler/filters/utils.py aggregate_metadata_get_by_host
    """
    metadata: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for aggregate in host_state.aggregates:
        if key is None or key in aggregate.metadata:
            for name, value in aggregate.metadata.items():
                metadata[name] |= dict.fromkeys(
                    word.strip() for word in value.split(",")
                )
    return metadata


def validate_num_values(
    vals: Collection[str],
    default: Number | None = None,
    cast_to: Callable[[str], Number] = int,
    based_on: Callable[[Iterable[Number]], Number] = min,
) -> Number | None:
    """Return the smallest of the values (or the default), as a number.

    Raises:
        ValueError: one of them is no number.

    Nova: nova/scheduler/filters/utils.py validate_num_values
    """
    if not vals:
        return default
    if len(vals) > 1:
        LOG.info(
            "%d values found, of which the %simum value will be used.",
            len(vals),
            based_on.__name__,
        )
    ordered = python2.hash_order(tuple(vals))  # for those that are not numbers
    return based_on([python2.number(value, cast_to) for value in ordered])


def aggregate_number(
    host_state: HostState, key: str, default: Number, cast_to: Callable[[str], Number]
) -> Number:
    """Return the smallest number that the aggregates give the key, else the default.

    Ours: the lines that Nova's Aggregate* filters repeat.
    """
    values = aggregate_values_from_key(host_state, key)
    try:
        number = validate_num_values(values, default, cast_to)
    except ValueError as error:
        LOG.warning("Could not decode %s: '%s'", key, error)
        return default
    return default if number is None else number


def instance_uuids_overlap(host_state: HostState, uuids: str | Iterable[str]) -> bool:
    """Say whether one of these instances lives on the host.

    Nova: nova/scheduler/filters/utils.py instance_uuids_overlap
    """
    wanted = [uuids] if isinstance(uuids, str) else uuids
    return not set(wanted).isdisjoint(host_state.instances)


def other_types_on_host(host_state: HostState, instance_type_id: int) -> bool:
    """Say whether an instance of another flavor lives on the host.

    Nova: nova/scheduler/filters/utils.py other_types_on_host
    """
    instances = host_state.instances.values()
    return any(instance.instance_type_id != instance_type_id for instance in instances)
