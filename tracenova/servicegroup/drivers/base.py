"""What a servicegroup driver must be able to do.

Nova: nova/servicegroup/drivers/base.py
"""

from typing import Any


class Driver:
    """Base class of the drivers.

    Nova: nova/servicegroup/drivers/base.py Driver
    """

    def join(self, member: str, group: str, service: Any = None) -> None:
        """Let the service show signs of life from now on."""
        raise NotImplementedError

    def is_up(self, service_ref: Any) -> bool:
        """Say whether the service has shown signs of life of late."""
        raise NotImplementedError
