"""Refuses hosts whose nova-compute is disabled or silent.

Nova: nova/scheduler/filters/compute_filter.py
"""

import datetime
import logging
from collections.abc import Mapping
from typing import Any

from oslo_utils import timeutils

from tracenova import servicegroup
from tracenova.conf import CONF
from tracenova.objects.request_spec import RequestSpec
from tracenova.scheduler import filters
from tracenova.scheduler.host_state import HostState


class ComputeFilter(filters.BaseHostFilter):
    """Lets only enabled and living computes pass.

    Nova: nova/scheduler/filters/compute_filter.py ComputeFilter
    """

    run_filter_once_per_request = True

    def __init__(self) -> None:
        self.servicegroup_api = servicegroup.API()

    def host_passes(
        self, host_state: HostState, spec_obj: RequestSpec
    ) -> filters.Verdict:
        """Say whether the service is enabled and its last heartbeat recent."""
        service = host_state.service
        if service["disabled"]:
            return filters.refuse(
                "is disabled, reason: %(reason)s", reason=service.get("disabled_reason")
            )
        if self.servicegroup_api.service_is_up(service):
            return True
        return _down(service)


def _down(service: Mapping[str, Any]) -> filters.Refusal:
    loud = logging.WARNING
    if service.get("forced_down"):
        return filters.refuse("is forced down", log_level=loud)
    heard = (
        service.get("last_seen_up")
        or service.get("updated_at")
        or service.get("created_at")
    )
    allowed = CONF.service_down_time
    if heard is None:
        return filters.refuse(
            "has never been heard from, at most %(allowed)s s are allowed",
            log_level=loud,
            allowed=allowed,
        )
    return filters.refuse(
        "last heard from %(silent).0f s ago, at most %(allowed)s s are allowed",
        log_level=loud,
        silent=_Silence(heard, timeutils.utcnow()),
        allowed=allowed,
    )


class _Silence:
    """Seconds without a heartbeat, counted only when somebody wants to know."""

    def __init__(self, heard: Any, now: datetime.datetime) -> None:
        self._heard = heard
        self._now = now

    def __float__(self) -> float:
        heard = self._heard
        if isinstance(heard, str):
            heard = timeutils.parse_isotime(heard)
        heard = timeutils.normalize_time(heard)
        return float(round(timeutils.delta_seconds(heard, self._now)))
