"""What one boot does once more than another, or somewhere else, only by chance.

Two things that services do depend on who is faster, not on what was asked for:

- A service looks until something is there: a new volume. How often, the machine decides.
- Several builds on one host share what is remembered of neutron's extensions. Whichever
  needs it first reads it for all, and two that come at once both do.

What tells the same boot in the same words keeps the last look, and leaves the shared
reading out where builds compete for it.
"""

from collections import Counter
from collections.abc import Iterable

from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova.trace.tree import Key

_SHARED_READING = "._refresh_neutron_extensions_cache"


def settled(spans: Iterable[Span]) -> list[Span]:
    """Return the spans, given in story order, without what is chance."""
    told = list(spans)
    chance = _earlier_looks(told) | _contested_readings(told)
    kept = []
    for span in told:
        if span.key in chance or (span.trace_id, span.parent_id) in chance:
            chance.add(span.key)
        else:
            kept.append(span)
    return kept


def _earlier_looks(spans: Iterable[Span]) -> set[Key]:
    """Return every look but the last of whoever looks until something is there."""
    last: dict[tuple[str | None, ...], Span] = {}
    earlier = set()
    for span in spans:
        via = span.text(names.CODE_VIA)
        if span.text(names.HTTP_METHOD) != "GET" or span.kind != "client" or not via:
            continue
        look = (span.trace_id, span.parent_id, via, span.text(names.URL_PATH))
        if look in last:
            earlier.add(last[look].key)
        last[look] = span
    return earlier


def _contested_readings(spans: Iterable[Span]) -> set[Key]:
    """Return what a host reads for all its builds, where it has several."""
    builds: Counter[tuple[str, str, str]] = Counter()
    readings = []
    for span in spans:
        where = (span.trace_id, span.service, span.host)
        if span.kind == "consumer":
            builds[where] += span.text(names.RPC_METHOD) == "build_and_run_instance"
        elif (span.text(names.CODE_FUNCTION) or "").endswith(_SHARED_READING):
            readings.append((where, span.key))
    return {key for where, key in readings if builds[where] > 1}
