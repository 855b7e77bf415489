"""What one boot does once more than another, or somewhere else, only by chance.

Four things that services do depend on who is faster, not on what was asked for:

- A service looks until something is there: a new volume. How often, the machine decides.
- Several builds on one host share what is remembered of neutron's extensions. Whichever
  needs it first reads it for all, and two that come at once both do.
- They share the host's cache of images, too: the first one fetches the image for all.
- The scheduler asks for the servers of each host that has not told it yet.

What tells the same boot in the same words keeps the last look and the last such question,
and leaves the shared reading out where builds compete for it. A fifth is left as it is:
on a machine so busy that a boot takes longer than a host's periodic task rests, that task
may save a host's resources in the place of the build.
"""

from collections import Counter
from collections.abc import Iterable

from tracenova.trace import names
from tracenova.trace.model import Span
from tracenova.trace.tree import Key

_SHARED_READING = "._refresh_neutron_extensions_cache"
_IMAGE = "GET /v2/images/{image_id}/file"
_FOR_EACH_HOST = "._get_instance_info"


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
        if span.kind != "client" or (why := _why_again(span)) is None:
            continue
        look = (span.trace_id, span.parent_id, why, span.text(names.URL_PATH))
        if look in last:
            earlier.add(last[look].key)
        last[look] = span
    return earlier


def _why_again(span: Span) -> str | None:
    """Return for which reason a step may be taken again, None for none."""
    if span.text(names.HTTP_METHOD) == "GET":
        return span.text(names.CODE_VIA)
    function = span.text(names.CODE_FUNCTION) or ""
    return _FOR_EACH_HOST if function.endswith(_FOR_EACH_HOST) else None


def _contested_readings(spans: Iterable[Span]) -> set[Key]:
    """Return what a host reads for all its builds, where it has several."""
    builds: Counter[tuple[str, str, str]] = Counter()
    readings = []
    for span in spans:
        where = (span.trace_id, span.service, span.host)
        function = span.text(names.CODE_FUNCTION) or ""
        if span.kind == "consumer":
            builds[where] += span.text(names.RPC_METHOD) == "build_and_run_instance"
        elif span.name == _IMAGE or function.endswith(_SHARED_READING):
            readings.append((where, span.key))
    return {key for where, key in readings if builds[where] > 1}
