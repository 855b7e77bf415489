"""Refuses hosts whose nova-compute is disabled or silent.

Nova: nova/scheduler/filters/compute_filter.py
"""

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
        return filters.refuse(
            "%(why)s", log_level=logging.WARNING, why=_WhyDown(service)
        )


class _WhyDown:
    """Says it only when somebody wants to read it."""

    def __init__(self, service: Mapping[str, Any]) -> None:
        self._service = service
        self._now = timeutils.utcnow()

    def __str__(self) -> str:
        service = self._service
        if service.get("forced_down"):
            return "is forced down"
        heard = (
            service.get("last_seen_up")
            or service.get("updated_at")
            or service.get("created_at")
        )
        allowed = CONF.service_down_time
        if heard is None:
            return f"has never been heard from, at most {allowed} s are allowed"
        if isinstance(heard, str):
            heard = timeutils.parse_isotime(heard)
        silent = timeutils.delta_seconds(timeutils.normalize_time(heard), self._now)
        return f"last heard from {silent:.0f} s ago, at most {allowed} s are allowed"
