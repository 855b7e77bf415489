"""How an attempt to build a server on this host ended.

Nova: nova/compute/build_results.py
"""

from typing import Final

ACTIVE: Final = "active"
FAILED: Final = "failed"
RESCHEDULED: Final = "rescheduled"
