"""Matches a flavor's extra specs with what the host says it can do.

Nova: nova/scheduler/filters/compute_capabilities_filter.py
"""

from collections.abc import Sequence
from typing import Any

from oslo_serialization import jsonutils

from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.filters import extra_specs_ops, python2
from tracenova.scheduler.host_state import HostState

SCOPE = "capabilities"


class ComputeCapabilitiesFilter(filters.BaseHostFilter):
    """Looks every extra spec up in the host state and, failing that, in its stats.

    ``capabilities:cpu_info:features`` is a path; JSON texts on the way are read. A
    key without a scope counts only if the host knows it; other scopes are not ours.

    Nova: nova/scheduler/filters/compute_capabilities_filter.py
    ComputeCapabilitiesFilter
    """

    run_filter_once_per_request = True

    def is_asked(self, spec_obj: RequestSpec) -> bool:
        """A flavor without extra specs suits every host."""
        return bool(_extra_specs(spec_obj))

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the host satisfies each extra spec that concerns it."""
        extra_specs = _extra_specs(spec_obj)
        for key in extra_specs_ops.in_order(extra_specs):
            wanted = extra_specs[key]
            path = _path(host_state, key)
            if path is None:
                continue
            found = _capability(host_state, path)
            if found is None:
                return filters.refuse(
                    "extra spec %(key)s wants '%(wanted)s', the host does not tell",
                    key=key,
                    wanted=wanted,
                )
            if not extra_specs_ops.match(python2.shown(found), wanted):
                return filters.refuse(
                    "extra spec %(key)s wants '%(wanted)s', the host has '%(found)s'",
                    key=key,
                    wanted=wanted,
                    found=found if isinstance(found, int | float) else str(found),
                )
        return True


def _extra_specs(spec_obj: RequestSpec) -> dict[str, str]:
    flavor = spec_obj.flavor
    return (flavor.extra_specs or {}) if "extra_specs" in flavor else {}


def _path(host_state: HostState, key: str) -> list[str] | None:
    """Return where to look, or None when the key is not about capabilities."""
    scope, *rest = key.split(":")
    if rest:
        return rest if scope == SCOPE else None
    python2.attribute(key)
    known = hasattr(host_state, key) or key in getattr(host_state, "stats", {})
    return [key] if known else None


def _capability(host_state: HostState, path: Sequence[str]) -> Any:
    """Walk the path; None when it leads nowhere."""
    here: Any = host_state
    for step in path:
        try:
            if isinstance(here, str):
                here = jsonutils.loads(here)
            here = _step(here, step)
        except UnicodeEncodeError:
            raise
        except (ValueError, AttributeError):
            return None
        if here is None:
            return None
    return here


def _step(here: Any, step: str) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    found = getattr(here, python2.attribute(step), None)
    return here.stats.get(step) if found is None else found
