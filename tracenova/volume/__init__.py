"""Volumes: what Nova asks of cinder.

Nova: nova/volume/__init__.py
"""

from tracenova.volume.cinder import API

__all__ = ["API"]
