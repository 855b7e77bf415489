"""A JSON file of one's own for filters and weighers, read again when it changes.

Nova: nova/scheduler/scheduler_options.py
"""

import datetime
import logging
from pathlib import Path
from typing import Any

from oslo_serialization import jsonutils
from oslo_utils import timeutils

from tracenova.conf import CONF

LOG = logging.getLogger(__name__)
CHECK_EVERY = datetime.timedelta(minutes=5)


class SchedulerOptions:
    """The content of ``scheduler_json_config_location``.

    Nova: nova/scheduler/scheduler_options.py SchedulerOptions
    """

    def __init__(self) -> None:
        self.data: Any = {}
        self.last_modified: float | None = None
        self.last_checked: datetime.datetime | None = None

    def get_configuration(self, filename: str | None = None) -> Any:
        """Return the file's content; look at the file every five minutes at most.

        Raises:
            OSError: the file that the configuration names is not there.
        """
        filename = filename or CONF.scheduler_json_config_location
        if not filename:
            return self.data
        now = timeutils.utcnow()
        if self.last_checked and now - self.last_checked < CHECK_EVERY:
            return self.data
        self.last_checked = now
        modified = Path(filename).stat().st_mtime
        if self.last_modified is None or modified > self.last_modified:
            self.data = _load(Path(filename)) or {}
            self.last_modified = modified
        return self.data


def _load(file: Path) -> Any:
    try:
        return jsonutils.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        LOG.exception("Could not decode scheduler options")
        return {}
