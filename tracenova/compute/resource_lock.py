"""The name of the lock under which a host's resources are counted.

Nova: nova/compute/resource_tracker.py COMPUTE_RESOURCE_SEMAPHORE
"""

from typing import Final

COMPUTE_RESOURCE_SEMAPHORE: Final = "compute_resources"
