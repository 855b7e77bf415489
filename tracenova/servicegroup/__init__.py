"""Who is alive: services leave signs of life, and everybody may ask.

Nova: nova/servicegroup
"""

from tracenova.servicegroup.api import API, INITIAL_REPORTING_DELAY

__all__ = ["API", "INITIAL_REPORTING_DELAY"]
