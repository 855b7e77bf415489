"""Images: what Nova reads from glance.

Nova: nova/image/__init__.py (``API`` is the class itself).
"""

from tracenova.image.api import API

__all__ = ["API"]
