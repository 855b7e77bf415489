"""Signs of life in the services table: a counter and a time in the service's row.

A compute has no database, so each of its signs of life is a call to the conductor.

Nova: nova/servicegroup/drivers/db.py
"""

import logging
from datetime import datetime
from typing import Any

import oslo_messaging as messaging
from oslo_utils import timeutils

from tracenova import profiler
from tracenova.conf import CONF
from tracenova.servicegroup import api
from tracenova.servicegroup.drivers import base

LOG = logging.getLogger(__name__)


class DbDriver(base.Driver):
    """Counts reports in the database, and compares times.

    Nova: nova/servicegroup/drivers/db.py DbDriver
    """

    def __init__(self) -> None:
        self.service_down_time = CONF.service_down_time

    def join(self, member: str, group: str, service: Any = None) -> None:
        """Report every ``report_interval`` seconds on the service's timer.

        Raises:
            RuntimeError: no service was given, so there is no timer.
        """
        if service is None:
            raise RuntimeError(
                "service is a mandatory argument for DB based ServiceGroup driver"
            )
        LOG.debug("%s joins the service group %s", member, group)
        if service.report_interval:
            service.timers.add_timer(
                service.report_interval,
                lambda: self._report_state(service),
                api.INITIAL_REPORTING_DELAY,
            )

    def is_up(self, service_ref: Any) -> bool:
        """Say whether the last report is at most ``service_down_time`` seconds old.

        A service that has never reported counts from the creation of its row.
        """
        last_heartbeat = (
            service_ref.get("last_seen_up")
            or service_ref["updated_at"]
            or service_ref["created_at"]
        )
        if isinstance(last_heartbeat, datetime):
            last_heartbeat = last_heartbeat.replace(tzinfo=None)
        else:  # a dict that came over RPC holds text
            last_heartbeat = timeutils.normalize_time(
                timeutils.parse_isotime(last_heartbeat)
            )
        elapsed_s = timeutils.delta_seconds(last_heartbeat, timeutils.utcnow())
        is_up = bool(abs(elapsed_s) <= self.service_down_time)
        if not is_up:
            LOG.debug(
                "Seems service %s on host %s is down. Last heartbeat was %s. "
                "Elapsed time is %s",
                service_ref.get("binary"),
                service_ref.get("host"),
                last_heartbeat,
                elapsed_s,
            )
        return is_up

    @profiler.trace
    def _report_state(self, service: Any) -> None:
        """Leave one sign of life; no failure may end the series."""
        try:
            service.service_ref.report_count += 1
            service.service_ref.save()
        except messaging.MessagingTimeout:
            if not service.model_disconnected:
                LOG.warning(
                    "Lost connection to nova-conductor for reporting service status."
                )
            service.model_disconnected = True
        except messaging.MessageDeliveryFailure as error:
            LOG.warning("Could not report service status: %s", error)
            service.model_disconnected = True
        except Exception:
            LOG.exception("Unexpected error while reporting service status")
            service.model_disconnected = True
        else:
            if service.model_disconnected:
                service.model_disconnected = False
                LOG.info("Recovered from being unable to report status.")
