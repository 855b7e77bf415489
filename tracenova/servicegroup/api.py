"""Joining the group of a topic's services, and asking whether a member is up.

Nova: nova/servicegroup/api.py
"""

import logging
from typing import Any

from oslo_utils import importutils

from tracenova.conf import CONF

LOG = logging.getLogger(__name__)

INITIAL_REPORTING_DELAY = 5
"""Seconds from start to the first sign of life."""

_driver_name_class_mapping = {"db": "tracenova.servicegroup.drivers.db.DbDriver"}


class API:
    """Asks the configured driver.

    Nova: nova/servicegroup/api.py API
    """

    def __init__(self) -> None:
        if CONF.service_down_time <= CONF.report_interval:
            self._correct_service_down_time()
        path = _driver_name_class_mapping[CONF.servicegroup_driver]
        self._driver = importutils.import_object(path)

    def join(self, member: str, group: str, service: Any = None) -> None:
        """Let the service show signs of life from now on.

        Args:
            member: its host.
            group: its topic.
            service: the service, whose timer does it.
        """
        self._driver.join(member, group, service)

    def service_is_up(self, member: Any) -> bool:
        """Say whether the service is alive, and nobody has declared it dead.

        Args:
            member: row of the services table: an object or a dict.
        """
        if member.get("forced_down"):
            return False
        return bool(self._driver.is_up(member))

    def _correct_service_down_time(self) -> None:
        corrected = int(CONF.report_interval * 2.5)
        LOG.warning(
            "Report interval must be less than service down time. Current config: "
            "<service_down_time: %s, report_interval: %s>. Setting service_down_time "
            "to: %s",
            CONF.service_down_time,
            CONF.report_interval,
            corrected,
        )
        CONF.set_override("service_down_time", corrected)
